using System.Net;
using HmacFileServer.Client.Connections;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that outlasts what is longer than a switch: no network at all, a sleeping device, a server that moved.</summary>
internal sealed partial class UploadRun
{
    /// <summary>The loop looks at the time once a second at least: a larger gap means that the device was asleep.</summary>
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(20);

    /// <summary>A name is looked up again at most this often while connections fail.</summary>
    private static readonly TimeSpan LookUpPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan CheckpointPause = TimeSpan.FromSeconds(1);

    private bool _isSure;
    private int _restarts;
    private TimeSpan _waited;
    private TimeSpan _lastStep;
    private DateTimeOffset _lastWall;
    private TimeSpan _nextLookUp;
    private bool _lookingUp;
    private TimeSpan _nextCheckpoint;
    private long _checkpointed = -1;

    /// <summary>
    /// While there is no network, or the device sleeps, the patience with the server does not run out. Some systems stop the monotonic
    /// clock in sleep, so the wall clock is looked at as well. What is left of the old connections is dead on both ends.
    /// </summary>
    private void NoticeSleep(TimeSpan now)
    {
        var wall = _time.GetUtcNow();
        var gap = now - _lastStep;
        var asleep = _lastWall != default && (gap > Nap || wall - _lastWall - gap > Nap);
        if (asleep || (_policy.Sending.Count == 0 && _lastWall != default))
            _waited += gap;
        (_lastStep, _lastWall) = (now, wall);
        if (!asleep)
            return;
        _options.Trace?.Invoke(now, "the device was asleep: every connection is opened anew");
        foreach (var connection in _connections)
            connection.Abort();
        foreach (var lane in _lanes.Values)
            (lane.FailedAttempts, lane.NextAttempt) = (0, TimeSpan.Zero);
        _nextLookUp = TimeSpan.Zero;
    }

    private void Progressed(TimeSpan now)
    {
        _report.Progressed(now);
        _waited = TimeSpan.Zero;
    }

    /// <summary>The server may have moved to another address: its name is asked for while connections fail.</summary>
    private void LookUpAgain(TimeSpan now)
    {
        if (_lookingUp || now < _nextLookUp)
            return;
        _lookingUp = true;
        _nextLookUp = now + LookUpPause;
        _ = LookUpAsync();

        async Task LookUpAsync()
        {
            IReadOnlyList<IPAddress> found = [];
            try
            {
                found = await (Names?.LookUpAsync(_server.Host, _ending.Token) ?? ServerEndpoint.LookUpAsync(_server.Host, _options, _ending.Token));
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
            _events.Writer.TryWrite(new RunEvent.LookedUp(found));
        }
    }

    private void HandleLookedUp(IReadOnlyList<IPAddress> addresses)
    {
        _lookingUp = false;
        if (addresses.Count == 0 || (addresses.Count == _server.Addresses.Count && addresses.All(_server.Addresses.Contains)))
            return;
        _options.Trace?.Invoke(Now, $"{_server.Host} is at {string.Join(", ", addresses)} now");
        _server = _server with { Addresses = addresses };
        if (Book.Home is { } home && !addresses.Contains(home))
            Book.Forget();
        foreach (var lane in _lanes.Values)
            lane.NextAttempt = TimeSpan.Zero;
        HandleNetwork(_monitor.Current);
    }

    private void TellCheckpoint(TimeSpan now, bool atOnce)
    {
        if (Checkpoint is null || !_started || (!atOnce && now < _nextCheckpoint))
            return;
        _nextCheckpoint = now + CheckpointPause;
        long acknowledged;
        lock (_gate)
            acknowledged = _plan.Acknowledged.Count;
        if (acknowledged == _checkpointed)
            return;
        _checkpointed = acknowledged;
        Checkpoint(acknowledged, _file.Prefix);
    }
}

/// <summary>What answers at the URL may be another product's server: it is to be asked what it is.</summary>
internal sealed class UnknownServerException : Exception;
