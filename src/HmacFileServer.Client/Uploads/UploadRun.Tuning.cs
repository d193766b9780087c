using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Profiles;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Probes;
using HmacFileServer.Core.Networks.Quality;
using HmacFileServer.Core.Tuning;
using HmacFileServer.Core.Tuning.Profiles;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that fits sizes to paths, learns of them, and leaves a captive portal.</summary>
internal sealed partial class UploadRun
{
    /// <summary>Sizes follow the path ten times a second: rates are measured no faster.</summary>
    private static readonly TimeSpan TuneInterval = TimeSpan.FromMilliseconds(100);

    private readonly ProbeSchedule _probes;
    private TimeSpan _nextTuning;
    private IReadOnlyDictionary<InterfaceType, long> _advice = new Dictionary<InterfaceType, long>();

    /// <summary>What earlier uploads learned; null where nothing shall be learned.</summary>
    public ProfileStore? Profiles { get; init; }

    /// <summary>How well wireless interfaces receive; null where nothing shall be foretold.</summary>
    public SignalWatch? Signals { get; init; }

    /// <summary>Forces a path, or lifts that with null. From any thread.</summary>
    public void Force(string? path) => _events.Writer.TryWrite(new RunEvent.Forced(path));

    private NetworkProfile? ProfileOf(PathCandidate path) => Profiles?.Find(_options.DeviceId, path.Network, _time.GetUtcNow());

    /// <summary>A lane that begins with what is known of its network.</summary>
    private Lane Seeded(PathCandidate path, PathTuning tuning, SegmentSizer sizer)
    {
        var tuner = new PathTuner(_options.Interfaces.For(path.Type));
        var known = ProfileOf(path);
        if (known is not null)
        {
            tuner.SwitchTo(_options.Interfaces.For(path.Type), new PathQualitySnapshot
            {
                Throughput = known.Throughput,
                MinRtt = known.Rtt > TimeSpan.Zero ? known.Rtt : null,
                Stability = known.Reliability,
            });
        }
        var lane = new Lane(path, tuning, _finder.Priority(path), sizer) { Tuner = tuner, Network = path.Network, KnownRate = known?.Throughput ?? 0 };
        lane.Seed = known is null ? null : new PathSeed(known.Throughput, tuner.Buffer, ChunkOf(lane));
        return lane;
    }

    /// <summary>The sizer gives a segment its time, the tuner bounds it by what the path holds; requests in order are sized by time alone.</summary>
    private long ChunkOf(Lane lane) => _dialect.IsOrdered ? lane.Sizer.Size : Math.Max(PathTuning.LeastChunk, Math.Min(MostOf(lane), Math.Min(lane.Sizer.Size, lane.Tuner.Chunk)));

    /// <summary>Where this device has learned nothing of a network itself, the server may have.</summary>
    private long MostOf(Lane lane) => lane.Seed is null && _advice.TryGetValue(lane.Path.Type, out var most) ? most : long.MaxValue;

    private void Tune(TimeSpan now)
    {
        if (now < _nextTuning)
            return;
        _nextTuning = now + TuneInterval;
        if (Metrics is { WantsPaths: true })
            Metrics.Show(this, Reports());
        HearSignals(now);
        foreach (var lane in _lanes.Values)
        {
            if (lane.Connection is null || _policy.Quality(lane.Name, now) is not { } quality)
                continue;
            lock (_gate)
                lane.Tuner.Follow(quality);
            Apply(lane);
        }
    }

    /// <summary>Only of paths in use: a prediction needs bytes that want to leave.</summary>
    private void HearSignals(TimeSpan now)
    {
        if (Signals is null)
            return;
        foreach (var name in _policy.Sending)
        {
            if (_lanes[name].Path is { Type: InterfaceType.Wifi } path && Signals.Of(path.InterfaceName) is { } dbm)
                _policy.ObserveSignal(name, dbm, now);
        }
    }

    /// <summary>The bytes go over this path from now on: its sizes at once, not after the next measurement.</summary>
    private void Retune(Lane lane, TimeSpan now)
    {
        lock (_gate)
            lane.Tuner.SwitchTo(_options.Interfaces.For(lane.Path.Type), _policy.Quality(lane.Name, now));
        Apply(lane);
    }

    private static void Apply(Lane lane)
    {
        if (lane.Connection is not { } connection)
            return;
        connection.BufferSize = lane.Tuner.Buffer;
        lane.LargestBuffer = Math.Max(lane.LargestBuffer, lane.Tuner.Buffer);
        if (lane.Tuner.NotSent != lane.NotSentBytes || lane.Tuned != connection)
            (lane.NotSentBytes, lane.Tuned) = (connection.SetNotSent(lane.Tuner.NotSent), connection);
    }

    private void Learn()
    {
        if (Profiles is null)
            return;
        var uses = _lanes.Values
            .Where(l => l.BytesDone > 0 || l.FailedSegments > 0)
            // What a network gives is what the path over it gave that carried most, to whichever address of the server.
            .GroupBy(l => l.Network)
            .Select(g => g.MaxBy(l => l.BytesDone)!)
            .Select(l => new LearnedUse(_options.DeviceId, l.Network, l.Path.Type, new NetworkUse(l.BytesDone,
                l.Capacity ?? (l.Busy > TimeSpan.Zero ? l.BytesDone / l.Busy.TotalSeconds : 0), l.Segments, l.FailedSegments, l.LeastRtt, l.Tuner.Buffer, ChunkOf(l))))
            .Where(u => u.Use.Throughput > 0 || u.Use.FailedSegments > 0)
            .ToList();
        if (uses.Count > 0 && Profiles.Learn(uses, _time.GetUtcNow()) is { } problem)
            _options.Trace?.Invoke(Now, $"What was learned of the networks could not be kept: {problem}");
    }

    /// <summary>A captive portal answered: the question is asked on another path.</summary>
    private bool LeavePortal(Lane lane, PathConnection connection, ResponseHead answer)
    {
        if (!_recognition.IsPortal(answer, _lanes.Count))
            return false;
        _asked = null;
        _policy.ProbeFailed(lane.Name, Now);
        connection.Abort();
        return true;
    }

    private void GiveUpWithoutRetry(Lane lane)
    {
        if (_options.ChunkRetry)
            return;
        throw new UploadFailedException(UploadFailure.NoPath,
            $"A piece was cut on {lane.Name}, and chunk_retry_on_switch is off. What the server has stays there: run the same command again to go on.");
    }
}
