using System.Security.Authentication;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that opens, closes and probes connections.</summary>
internal sealed partial class UploadRun
{
    // What was in flight on a path that was left may still arrive for a round trip. Until then the server's answer would be
    // too early, and bytes would be sent again that are about to be there; fresh bytes flow meanwhile.
    private static readonly TimeSpan SettleFloor = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleMost = TimeSpan.FromMilliseconds(500);

    /// <summary>Before the server was reached once, this many refused attempts end the upload: nothing listens there.</summary>
    private const int RefusedAtStart = 4;

    // In order there is a round trip of silence between two requests: a few seconds' worth of bytes makes that small.
    private const long OrderedLeast = 1024 * 1024;
    private const long OrderedMost = 1024L * 1024 * 1024;
    private static readonly TimeSpan OrderedAim = TimeSpan.FromSeconds(4);

    private IReadOnlyList<PathCandidate> _found = [];

    private void HandleNetwork(IReadOnlyList<InterfaceSnapshot> interfaces)
    {
        var found = _endpoints.Find(interfaces, Now);
        foreach (var path in found)
        {
            if (!_lanes.TryGetValue(path.Name, out var lane))
            {
                lock (_gate)
                    _lanes[path.Name] = lane = NewLane(path);
            }
            var known = lane.Path;
            lane.Path = path;
            // Another address or a vanished one: the connection's own is no longer valid, even if the interface is.
            if (lane.Connection is { } connection && !connection.IsStillValid(path))
                connection.Abort();
            if (known.Interface != path.Interface)
                lane.NextAttempt = TimeSpan.Zero;
        }
        _found = found;
        ObservePaths();
        foreach (var lane in _lanes.Values.Where(l => found.All(p => p.Name != l.Name)))
        {
            // The policy speaks of paths in use; a standby that lost its link is closed here.
            if (!_policy.Sending.Contains(lane.Name))
                lane.Connection?.Abort();
        }
    }

    private Lane NewLane(PathCandidate path)
    {
        var tuning = _finder.Tuning(path);
        var sizer = _dialect.IsOrdered
            ? new SegmentSizer(OrderedLeast, OrderedMost, OrderedAim)
            : new SegmentSizer(PathTuning.LeastChunk, tuning.Chunk, null, ProfileOf(path)?.BestChunk ?? 0);
        return Seeded(path, tuning, sizer);
    }

    /// <summary>Tells the policy which paths there are, and which of them shall be spared.</summary>
    private void ObservePaths()
    {
        var metered = _found.Where(p => p.IsMetered).Select(p => p.Name).ToHashSet();
        var allowed = _lanes.Values.Where(l => metered.Contains(l.Name)).Sum(l => l.BytesDone) < _options.MeteredLimit;
        _policy.Observe(_found.Select(p => new PathFacts(p.Name, _lanes[p.Name].Priority, true, _request.Mode == TransferMode.Auto && p.IsMetered && !allowed, _lanes[p.Name].KnownRate)
        {
            Interface = p.InterfaceName,
            Endpoint = p.Endpoint?.ToString(),
            EndpointRank = Book.RankOf(p.Endpoint),
            UsableFor = _endpoints.VouchedFor(p, Now),
        }), Now);
    }

    private void OpenAndClose(TimeSpan now)
    {
        var wanted = _policy.WantConnected(now);
        foreach (var name in wanted)
        {
            var lane = _lanes[name];
            if (lane.Connection is null && lane.Opening is null && now >= lane.NextAttempt)
                Open(lane, now);
        }
        foreach (var lane in _lanes.Values)
        {
            if (lane.Connection is { Unanswered: 0 } idle && !wanted.Contains(lane.Name) && !_policy.IsSuspect(lane.Name))
                idle.Abort();
        }
    }

    private void Open(Lane lane, TimeSpan now)
    {
        if (_policy.Sending.Contains(lane.Name))
            _policy.Connecting(lane.Name, now);
        var opening = new CancellationTokenSource(ConnectTimeout * lane.Tuning.TimeoutFactor, _time);
        lane.Opening = opening;
        var server = ServerFor(lane.Path);
        var proxyFields = server is { IsReadByProxy: true, ProxyAuthorization: { } value } ? $"Proxy-Authorization: {value}\r\n" : "";
        var text = new RequestText(_request.Url, RequestText.ClientNetwork(lane.Path.InterfaceName, lane.Path.Type, _options.DeviceId) + proxyFields, _extraFields, server.IsReadByProxy);
        // Where the server itself has said that it is, no name counts.
        var isNamed = Names is not null && lane.Path.Endpoint is null && Book.Home is null;
        _ = OpenAsync();

        async Task<PathConnection> OpenAsSeenAsync()
        {
            var seen = await Names!.SeenFromAsync(lane.Path, server, opening.Token);
            try
            {
                return await OpenAtAsync(seen);
            }
            catch (Exception) when (seen != server)
            {
                Names.Distrust(lane.Path, server.Host);
                if (opening.IsCancellationRequested)
                    throw;
                return await OpenAtAsync(server);
            }
        }

        Task<PathConnection> OpenAtAsync(ServerEndpoint at) => PathConnection.OpenAsync(lane.Path, at, this, text, lane.Tuner.Buffer, _time, opening.Token, Limit);

        async Task OpenAsync()
        {
            try
            {
                var connection = isNamed ? await OpenAsSeenAsync() : await OpenAtAsync(server);
                if (!_events.Writer.TryWrite(new RunEvent.Opened(lane, connection)))
                    await connection.DisposeAsync();
            }
            catch (Exception e)
            {
                _events.Writer.TryWrite(new RunEvent.OpenFailed(lane, e));
            }
        }
    }

    private void HandleOpened(RunEvent.Opened opened)
    {
        var (lane, connection) = (opened.Lane, opened.Connection);
        lane.Opening?.Dispose();
        lane.Opening = null;
        lane.FailedAttempts = 0;
        _reached = true;
        _connections.Add(connection);
        lane.WasOpened = true;
        var isProven = lane.Path.Endpoint is null || _server.Tls is not null;
        lock (_gate)
            (lane.Connection, lane.Proven) = (connection, isProven ? connection : null);
        _probes.Opened(lane.Name);
        if (isProven)
        {
            _policy.Connected(lane.Name, connection.HandshakeTime, Now);
        }
        else
        {
            lane.ProbeSent = Now;
            connection.Prove();
        }
        Apply(lane);
    }

    private void HandleOpenFailed(RunEvent.OpenFailed failed)
    {
        var lane = failed.Lane;
        lane.Opening?.Dispose();
        lane.Opening = null;
        if (failed.Reason is AuthenticationException && lane.Path.Endpoint is { } stranger)
            RefuseEndpoint(stranger, failed.Reason.Message);
        else if (failed.Reason is AuthenticationException)
            throw new UploadFailedException(UploadFailure.Protocol,
                $"The TLS certificate of {_server.Host} is not trusted: {failed.Reason.Message} Give --cacert for a private authority.", failed.Reason);
        lane.FailedAttempts++;
        if (!_reached && IsRefusedByPeer(failed.Reason) && _lanes.Values.Sum(l => l.FailedAttempts) >= RefusedAtStart)
            throw new UploadFailedException(UploadFailure.NoPath,
                $"Nothing listens at {_server.Host} port {_server.Port} (connection refused). Check the URL, and that the server runs.", failed.Reason);
        _policy.Disconnected(lane.Name);
        Backoff(lane);
        LookUpAgain(Now);
    }

    private void HandleEnded(RunEvent.Ended ended)
    {
        var connection = ended.Connection;
        _connections.Remove(connection);
        if (ended.Reason is UploadFailedException failure)
            throw failure;
        if (!_lanes.TryGetValue(connection.Path.Name, out var lane))
            return;
        var cut = 0;
        lock (_gate)
        {
            foreach (var segment in _plan.Outstanding.Where(s => connection.Took(s)).ToList())
            {
                _plan.Cut(segment);
                lane.Sizer.Failed();
                lane.Tuner.Lost();
                cut++;
            }
        }
        lane.FailedSegments += cut;
        if (cut > 0)
        {
            _report.WasInFlight(lane.Name, connection.InFlightAtEnd);
            var settled = Now + Min(lane.LastSample.Rtt + SettleFloor, SettleMost);
            _settledAt = settled > _settledAt ? settled : _settledAt;
        }
        if (cut > 0)
            GiveUpWithoutRetry(lane);
        ForgetWhatCannotBeAsked();
        if (_askedOn == connection)
            _asked = null;
        if (lane.Connection != connection)
            return;
        lock (_gate)
            lane.Reset();
        _policy.Disconnected(lane.Name);
        Backoff(lane);
    }

    /// <summary>The first attempt follows at once; then 100 ms, doubled to 5 s.</summary>
    private void Backoff(Lane lane) => lane.NextAttempt = lane.FailedAttempts == 0
        ? Now
        : Now + TimeSpan.FromMilliseconds(Math.Min(5000, 100 * Math.Pow(2, lane.FailedAttempts - 1)));

    /// <summary>Idle connections are asked for a sign of life, so that a standby which died in silence is not counted on.</summary>
    private void Probe(TimeSpan now)
    {
        foreach (var lane in _lanes.Values)
        {
            if (lane.Connection is not { } connection)
                continue;
            if (lane.ProbeSent is { } sent)
            {
                var patience = TimeSpan.FromSeconds(1) * lane.Tuning.TimeoutFactor + 3 * lane.LastSample.Rtt;
                if (now - sent > patience && !_policy.Sending.Contains(lane.Name))
                {
                    _policy.ProbeFailed(lane.Name, now);
                    connection.Abort();
                }
            }
            else if (connection.Unanswered == 0 && lane.Proven == connection && _probes.TryTake(lane.Name, lane.Path.IsMetered, _policy.IsAlarmed, now))
            {
                lane.ProbeSent = now;
                connection.Ping();
            }
        }
    }
}
