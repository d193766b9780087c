using System.Net;
using System.Threading.Channels;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Traffic;
using HmacFileServer.Client.Uploads;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Probes;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Downloads;

/// <summary>
/// One download in ranges from its first request to its last byte. A single loop takes events one by one, asks the same policy as an
/// upload, and starts and cuts fetches; the fetches put their bytes into the part file themselves.
/// </summary>
internal sealed partial class DownloadRun : IDisposable
{
    /// <summary>Two requests a path: while one is answered the other is on its way.</summary>
    private const int FetchesPerPath = 2;

    private const int MostRefusals = 5;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NotePause = TimeSpan.FromSeconds(3);

    private readonly DownloadRequest _request;
    private readonly ClientOptions _options;
    private readonly RemoteFile _remote;
    private readonly PartFile _part;
    private readonly ServerEndpoint _server;
    private readonly INetworkMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly RateLimit? _limit;
    private readonly long _origin;
    private readonly PathPolicy _policy;
    private readonly PathFinder _finder;
    private readonly EndpointPaths _endpoints;
    private readonly EndpointQuestion _question;
    private readonly ProbeSchedule _probes;
    private readonly RunReport _report = new(TimeSpan.Zero);
    private readonly TransferPlan _plan;
    private readonly Dictionary<string, DownloadLane> _lanes = [];
    private readonly Channel<Happening> _events = Channel.CreateUnbounded<Happening>(new UnboundedChannelOptions { SingleReader = true });
    private IReadOnlyList<PathCandidate> _found = [];
    private TimeSpan _nextNote;
    private TimeSpan _nextTold;
    private TimeSpan _waited;
    private TimeSpan _lastStep;
    private long _arrivedBefore;
    private int _refusals;
    private bool _reached;

    public DownloadRun(DownloadRequest request, ClientOptions options, RemoteFile remote, PartFile part, ServerEndpoint server,
        INetworkMonitor monitor, TimeProvider time, RateLimit? limit)
    {
        (_request, _options, _remote, _part, _server, _monitor, _time, _limit) = (request, options, remote, part, server, monitor, time, limit);
        _origin = time.GetTimestamp();
        // A server may think before it answers: what is silence to an upload, whose kernel acknowledges, is patience here.
        var failover = options.Failover with { StallFloor = TimeSpan.FromMilliseconds(400), HedgeFloor = TimeSpan.FromMilliseconds(600) };
        _policy = request.Mode == TransferMode.Failover ? new FailoverPolicy(failover) : new AggregatePolicy(failover);
        _policy.Force(options.ForceInterface);
        _finder = new PathFinder(options);
        _endpoints = new EndpointPaths(_finder, options, () => _server.Addresses);
        _question = new EndpointQuestion(remote.Url, request.Url, options, time);
        _probes = new ProbeSchedule(options.Probes);
        _plan = new TransferPlan(remote.Length!.Value, part.Received);
        HeldBytes = _plan.Acknowledged.Count;
    }

    public IProgress<TransferProgress>? Progress { get; init; }

    public long HeldBytes { get; }

    public long ReceivedBytes { get; private set; }

    public RunReport Report => _report;

    public TimeSpan Now => _time.GetElapsedTime(_origin);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var subscription = _monitor.Subscribe(list => _events.Writer.TryWrite(new Happening.NetworkChanged(list)));
        using var attention = _monitor.Attend();
        using var timer = _time.CreateTimer(_ => _events.Writer.TryWrite(Happening.Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            HandleNetwork(_monitor.Current);
            while (!_plan.IsComplete)
            {
                Step();
                timer.Change(SampleInterval, Timeout.InfiniteTimeSpan);
                Handle(await _events.Reader.ReadAsync(cancellation));
                while (_events.Reader.TryRead(out var more))
                    Handle(more);
            }
        }
        finally
        {
            await EndAsync();
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Fetcher.Dispose();
        _ending.Dispose();
    }

    public IReadOnlyList<PathReport> Paths() =>
    [
        .. _lanes.Values.Where(l => l.Arrived > 0 || l.IsConnected || l.Path.Endpoint is null).OrderBy(l => l.Priority).Select(l => new PathReport(l.Path.InterfaceName, l.Path.Type, l.Arrived, l.Segments, l.FailedSegments,
            l.LastSample.Rtt > TimeSpan.Zero ? l.LastSample.Rtt : null, 0, l.Rate,
            ClientNetworks.Role(_policy, l.Name, l.IsConnected)) { Endpoint = DescribePath(l.Name).Endpoint }),
    ];

    private void Step()
    {
        var now = Now;
        if (_policy.Sending.Count == 0)
            _waited += now - _lastStep;
        _lastStep = now;
        foreach (var lane in _lanes.Values)
            _policy.Observe(lane.Name, lane.Sample(now), now);
        var arrived = _lanes.Values.Sum(l => l.Arrived);
        if (arrived > _arrivedBefore)
        {
            _report.Progressed(now);
            _waited = TimeSpan.Zero;
        }
        _arrivedBefore = arrived;
        foreach (var decision in _policy.Decide(now))
            Do(decision, now);
        FollowServer(now);
        foreach (var name in _policy.Sending)
            Feed(_lanes[name], now);
        Tell(now);
        if (now >= _nextNote)
        {
            _nextNote = now + NotePause;
            _part.Note(Held());
        }
        if (_report.SinceProgress(now) - _waited > _options.GiveUpAfter)
            throw new UploadFailedException(UploadFailure.NoPath,
                $"No progress for {_options.GiveUpAfter.TotalMinutes:F0} minutes. What is here stays here: run the same command again to go on.");
    }

    private void Do(PathDecision decision, TimeSpan now)
    {
        _options.Trace?.Invoke(now, decision.ToString());
        switch (decision)
        {
            case PathDecision.Abandon abandon:
                _lanes[abandon.Path].Cut();
                break;
            case PathDecision.Hedge hedge:
                _report.Hedged(hedge, now);
                if (_plan.FreeBytes == 0)
                    _lanes[hedge.From].Cut();
                break;
            case PathDecision.HedgeCleared cleared:
                _report.HedgeCleared(cleared.Path);
                break;
            case PathDecision.Switch change:
                _report.Switched(change, now, DescribePath);
                break;
        }
    }

    private void Feed(DownloadLane lane, TimeSpan now)
    {
        // The first request of a path opens its connection: a second one beside it would only open another.
        var most = lane.IsConnected ? FetchesPerPath : 1;
        while (lane.Fetches.Count < most && now >= lane.NextAttempt && SizeFor(lane) is > 0 and var size && _plan.Take(lane.Name, size) is { } segment)
        {
            var fetch = new Fetch(segment, lane, now);
            lane.Fetches.Add(fetch);
            _ = FetchAsync(fetch);
        }
    }

    private long SizeFor(DownloadLane lane)
    {
        var lanes = _policy.Sending.Select(n => _lanes[n]).ToList();
        if (lanes.Count < 2 || lanes.Any(l => l.Segments == 0 || l.Rate <= 0))
            return lane.Sizer.Size;
        return LaneShare.Size(lane.Rate, lanes.Sum(l => l.Rate), lanes.Max(l => l.Rate) <= lane.Rate, lane.LastSample, _plan.FreeBytes, PathTuning.LeastChunk, lane.Sizer.Size);
    }

    /// <summary>Every byte that is in the part file.</summary>
    private RangeSet Held()
    {
        var held = _plan.Acknowledged.Clone();
        foreach (var fetch in _lanes.Values.SelectMany(l => l.Fetches))
            held.Add(fetch.Segment.Range with { End = fetch.Segment.Range.Start + fetch.Received });
        return held;
    }

    private void Tell(TimeSpan now)
    {
        if (Progress is null || now < _nextTold)
            return;
        _nextTold = now + TimeSpan.FromMilliseconds(100);
        Progress.Report(new TransferProgress(_plan.Length, Held().Count, now, [.. _policy.Sending.Select(n => _lanes[n].Path.InterfaceName).Distinct()], Paths(), _report.Switches));
    }

    private async Task EndAsync()
    {
        foreach (var lane in _lanes.Values)
            lane.Cut();
        await _ending.CancelAsync();
        await Task.WhenAll(_asides);
        while (_lanes.Values.Any(l => l.Fetches.Count > 0))
        {
            if (await _events.Reader.ReadAsync() is Happening.Fetched fetched)
                TakeIn(fetched.Fetch);
        }
        _part.Note(_plan.Acknowledged);
    }

    private static bool IsRetryable(HttpStatusCode status) => (int)status is 408 or 425 or 429 or >= 500;
}
