using System.Net.Sockets;
using System.Threading.Channels;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Names;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Client.State;
using HmacFileServer.Client.Telemetry;
using HmacFileServer.Client.Traffic;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Probes;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Uploads;

/// <summary>
/// One upload from its first connection to its end. A single loop takes events one by one, asks the policy and does what it
/// decides; the connections' own loops take segments from the plan and report back as events.
/// </summary>
internal sealed partial class UploadRun : IConnectionOwner, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientOptions _options;
    private readonly UploadRequest _request;
    private readonly UploadSource _file;
    private readonly UploadDialect _dialect;
    private readonly INetworkMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Channel<RunEvent> _events = Channel.CreateUnbounded<RunEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PathPolicy _policy;
    private readonly PathFinder _finder;
    private readonly ServerRecognition _recognition;
    private readonly RunReport _report;
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly Task<string> _digest;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<PathConnection> _connections = [];
    private readonly string _extraFields;

    // Guards _plan, _sending, _advice and the lanes' sizers: the connections' writers take segments while the loop takes in answers.
    private readonly Lock _gate = new();
    private TransferPlan _plan;
    private IReadOnlyList<string> _sending = [];

    private ServerEndpoint _server;
    private bool _started;
    private bool _reached;
    private Question? _asked;
    private PathConnection? _askedOn;
    private TimeSpan _nextQuestion;
    private TimeSpan _settledAt;
    private TimeSpan? _tailSince;
    private int _refusals;
    private long _heldAtStart;
    private string? _storedDigest;
    private string? _storedSum;
    private Uri? _storedAt;
    private bool _done;
    private TimeSpan _nextTold;

    public UploadRun(UploadRequest request, ClientOptions options, UploadSource file, UploadDialect dialect, ServerEndpoint server, INetworkMonitor monitor, TimeProvider time)
    {
        _request = request;
        _options = options;
        _file = file;
        _dialect = dialect;
        _server = server;
        _monitor = monitor;
        _time = time;
        _origin = time.GetTimestamp();
        var oneAtATime = request.Mode == TransferMode.Failover || (dialect.IsOrdered && dialect.Parts.Count == 1);
        _policy = oneAtATime ? new FailoverPolicy(options.Failover) : new AggregatePolicy(options.Failover);
        _policy.Force(options.ForceInterface);
        _finder = new PathFinder(options);
        _endpoints = new EndpointPaths(_finder, options, () => _server.Addresses);
        _probes = new ProbeSchedule(options.Probes);
        _recognition = new ServerRecognition(server.Tls is not null);
        _report = new RunReport(TimeSpan.Zero);
        _plan = new TransferPlan(file.Length);
        _extraFields = RequestText.Fields(options.Headers);
        if (dialect.Held is { } held)
        {
            _plan.Acknowledge(held);
            _heldAtStart = _plan.Acknowledged.Count;
        }
        _started = dialect.Held is not null || !dialect.CanAsk;
        // Only our own servers tell a CRC-32C; what others tell, if they do, is a SHA-256.
        var kind = options.Checksum == UploadChecksum.Crc32C && dialect.Protocol != UploadProtocol.Segments ? UploadChecksum.Sha256 : options.Checksum;
        _digest = file.DigestAsync(kind, () => _events.Writer.TryWrite(RunEvent.Grown.Instance), _ending.Token);
    }

    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Is told of what the server has, when that has changed and at most once a second; null for nobody.</summary>
    public Action<long, PrefixDigest?>? Checkpoint { get; init; }

    /// <summary>Counts what happens; null for nobody.</summary>
    public ClientMetrics? Metrics { get; init; }

    /// <summary>Shared by all that the client sends; null for no limit.</summary>
    public RateLimit? Limit { get; init; }

    /// <summary>Where each interface sees the server; null for where the system does.</summary>
    public ServerNames? Names { get; init; }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Runs to the end.</summary>
    /// <exception cref="UnknownServerException">What answers may not be this product's server; only where <paramref name="isSure"/> is false.</exception>
    public async Task<UploadResult> RunAsync(ControlClient control, bool isSure, CancellationToken cancellation)
    {
        _isSure = isSure;
        using var subscription = _monitor.Subscribe(list => _events.Writer.TryWrite(new RunEvent.NetworkChanged(list)));
        using var attention = _monitor.Attend();
        using var timer = _time.CreateTimer(_ => _events.Writer.TryWrite(RunEvent.Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            HandleNetwork(_monitor.Current);
            while (!_done)
            {
                Step();
                if (_done)
                    break;
                timer.Change(UntilNextLook(), Timeout.InfiniteTimeSpan);
                Handle(await _events.Reader.ReadAsync(cancellation));
                while (!_done && _events.Reader.TryRead(out var more))
                    Handle(more);
            }
            return await FinishAsync(control, cancellation);
        }
        finally
        {
            TellCheckpoint(Now, atOnce: true);
            Learn();
            Metrics?.Forget(this);
            await _ending.CancelAsync();
            foreach (var lane in _lanes.Values)
                lane.Opening?.Cancel();
            _events.Writer.TryComplete();
            while (_events.Reader.TryRead(out var late))
            {
                if (late is RunEvent.Opened opened)
                    await opened.Connection.DisposeAsync();
            }
            foreach (var connection in _connections.ToArray())
                await connection.DisposeAsync();
            await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)_digest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _ending.Dispose();

    Segment? IConnectionOwner.Next(PathConnection connection)
    {
        lock (_gate)
        {
            var name = connection.Path.Name;
            if (!_started || connection.IsAborted || !_sending.Contains(name) || !_lanes.TryGetValue(name, out var lane) || lane.Proven != connection)
                return null;
            if (_dialect.IsOrdered)
                return TakeInOrder(connection, lane);
            return SizeFor(lane) is var size and > 0 ? _plan.Take(name, size) : null;
        }
    }

    /// <summary>
    /// The size of the lane's next segment; 0 if it shall take none. Where several lanes send, a lane takes at most half of its share of
    /// what is left, and never what it would deliver later than the others could: so the segments shrink towards the end and all
    /// lanes finish together. Called under the gate.
    /// </summary>
    private long SizeFor(Lane lane)
    {
        if (_sending.Count < 2)
            return ChunkOf(lane);
        var known = _sending.Select(name => _lanes.TryGetValue(name, out var other) ? other.Capacity : null).ToList();
        // A path of unknown rate is given what it may have: how else would it be known?
        if (lane.Capacity is not (> 0 and var rate) || known.Any(r => r is not > 0))
            return ChunkOf(lane);
        return LaneShare.Size(rate, known.Sum()!.Value, known.Max() <= rate, lane.LastSample, _plan.FreeBytes, PathTuning.LeastChunk, ChunkOf(lane));
    }

    Microsoft.Win32.SafeHandles.SafeFileHandle? IConnectionOwner.File => _file.Handle;

    void IConnectionOwner.Read(long offset, Span<byte> destination) => _file.Read(offset, destination);

    void IConnectionOwner.Answered(PathConnection connection, PendingRequest request, ResponseHead answer) =>
        _events.Writer.TryWrite(new RunEvent.Answered(connection, request, answer));

    void IConnectionOwner.Ended(PathConnection connection, Exception? reason) =>
        _events.Writer.TryWrite(new RunEvent.Ended(connection, reason));

    private void Handle(RunEvent what)
    {
        if (_options.Trace is not null && what is not RunEvent.Tick)
            _options.Trace(Now, what.Describe());
        switch (what)
        {
            case RunEvent.NetworkChanged changed:
                HandleNetwork(changed.Interfaces);
                break;
            case RunEvent.Opened opened:
                HandleOpened(opened);
                break;
            case RunEvent.OpenFailed failed:
                HandleOpenFailed(failed);
                break;
            case RunEvent.Ended ended:
                HandleEnded(ended);
                break;
            case RunEvent.Answered answered:
                HandleAnswer(answered);
                break;
            case RunEvent.Forced forced:
                _policy.Force(forced.Path);
                break;
            case RunEvent.Grown:
                lock (_gate)
                    _plan.Extend(_file.Length);
                break;
            case RunEvent.Announced announced:
                HandleAnnounced(announced);
                break;
            case RunEvent.Advised advised:
                lock (_gate)
                    _advice = advised.Sizes;
                break;
            case RunEvent.RoutesWanted wanted:
                wanted.Answer.TrySetResult(Routes());
                break;
            case RunEvent.LookedUp lookedUp:
                HandleLookedUp(lookedUp.Addresses);
                break;
        }
    }

    /// <summary>Looks at everything, decides, and does it.</summary>
    private void Step()
    {
        var now = Now;
        NoticeSleep(now);
        FollowServer(now);
        if (_digest.IsFaulted)
            _digest.GetAwaiter().GetResult();
        SampleConnections(now);
        foreach (var decision in _policy.Decide(now))
            Do(decision, now);
        lock (_gate)
            _sending = [.. _policy.Sending];
        Tune(now);
        OpenAndClose(now);
        TakeOverTail(now);
        AskWhereInDoubt(now);
        Probe(now);
        foreach (var name in _policy.Sending)
            _lanes[name].Connection?.Wake();
        Tell(now);
        TellCheckpoint(now, atOnce: false);
        DoneIfAllIsThere();
        if (_report.SinceProgress(now) - _waited > _options.GiveUpAfter && _file.IsWhole)
            throw new UploadFailedException(UploadFailure.NoPath,
                $"No progress for {_options.GiveUpAfter.TotalMinutes:F0} minutes. What the server has stays there: run the same command again to go on.");
    }

    private void Do(PathDecision decision, TimeSpan now)
    {
        _options.Trace?.Invoke(now, decision.ToString());
        switch (decision)
        {
            case PathDecision.Abandon abandon:
                _lanes[abandon.Path].Opening?.Cancel();
                _lanes[abandon.Path].Connection?.Abort();
                break;
            case PathDecision.Hedge hedge:
                _report.Hedged(hedge, now);
                bool nothingFree;
                lock (_gate)
                    nothingFree = _plan.FreeBytes == 0;
                // With no fresh bytes to go on with, waiting for the silent path is all that hedging could do.
                if (nothingFree && _dialect.CanAsk)
                    _lanes[hedge.From].Connection?.Abort();
                break;
            case PathDecision.HedgeCleared cleared:
                _report.HedgeCleared(cleared.Path);
                break;
            case PathDecision.Switch change:
                if (_report.Switched(change, now, DescribePath) is { } told)
                    Metrics?.Switched(told);
                Retune(_lanes[change.To], now);
                break;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static bool IsRefusedByPeer(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.ConnectionReset };
}
