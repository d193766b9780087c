using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Telemetry;

namespace HmacFileServer.Server.Networks;

/// <summary>
/// Watches the server's own interfaces with the policy that clients use, and says which one they should come to. What it decides is read by the
/// `endpoints` of `/.well-known/hmac-file-server` and by the event streams of running uploads.
/// </summary>
internal sealed class UplinkWatch : IHostedService, IDisposable
{
    private const int HistoryLength = 64;

    private readonly NetworkResilienceOptions _options;
    private readonly InterfacePriority _priority;
    private readonly Func<INetworkMonitor> _startMonitor;
    private readonly TimeProvider _clock;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<UplinkWatch> _logger;
    private readonly long _origin;
    private readonly Lock _gate = new(); // guards everything below; held for a decision, never over I/O
    private readonly FailoverPolicy _policy;
    private readonly Dictionary<string, InterfaceSnapshot> _known = [];
    private readonly List<UplinkSwitch> _history = [];
    private IReadOnlyList<Uplink> _uplinks = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;
    private INetworkMonitor? _monitor;
    private IDisposable? _subscription;
    private ITimer? _timer;

    /// <param name="settings">Priorities, the bounds of the policy and the override.</param>
    /// <param name="startMonitor">Starts the monitor of the machine; a test gives its own.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="metrics">Counts switches.</param>
    /// <param name="logger">Says them.</param>
    public UplinkWatch(ServerSettings settings, Func<INetworkMonitor> startMonitor, TimeProvider clock, ServerMetrics metrics, ILogger<UplinkWatch> logger)
    {
        (_options, _startMonitor, _clock, _metrics, _logger) = (settings.NetworkResilience, startMonitor, clock, metrics, logger);
        _priority = new InterfacePriority(_options.InterfacePriority, settings.NetworkInterfaces);
        _origin = clock.GetTimestamp();
        _policy = new FailoverPolicy(FailoverOptions.From(_options, settings.Handoff));
        _policy.Force(_options.ForceInterface);
        metrics.Observe("hfs_interface_up", "1 for each of the server's interfaces that is usable, 0 for one that was.",
            () => Uplinks.Select(u => new System.Diagnostics.Metrics.Measurement<double>(
                u.Addresses.Count > 0 ? 1 : 0, new KeyValuePair<string, object?>("interface", u.Name), new KeyValuePair<string, object?>("type", u.Type.Name()))));
    }

    /// <summary>Whenever something of the machine's networks has changed and was looked at: <see cref="Uplinks"/> is up to date. On any thread; must return at once.</summary>
    public event Action? Looked;

    /// <summary>The interfaces, the preferred one first; empty while nothing is watched.</summary>
    public IReadOnlyList<Uplink> Uplinks
    {
        get
        {
            lock (_gate) return _uplinks;
        }
    }

    /// <summary>The switches after a number, oldest first; at most the last 64 are kept.</summary>
    public IReadOnlyList<UplinkSwitch> SwitchesAfter(long number)
    {
        lock (_gate) return [.. _history.Where(s => s.Number > number)];
    }

    /// <summary>The number of the last switch.</summary>
    public long LastSwitch
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>Is over at the next switch.</summary>
    public Task ChangedAsync()
    {
        lock (_gate) return _changed.Task;
    }

    /// <summary>The override at run time (admin API): this interface while it is usable, or the policy's choice with null.</summary>
    public void Force(string? name)
    {
        lock (_gate) _policy.Force(name);
        Look();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled || !_options.MultiInterfaceEnabled)
            return Task.CompletedTask;
        _timer = _clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _monitor = _startMonitor();
        _subscription = _monitor.Subscribe(_ => Look());
        Look();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        if (_monitor is not null)
            await _monitor.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (_monitor is not { } monitor)
            return;
        lock (_gate)
        {
            foreach (var seen in monitor.Current)
                _known[seen.Name] = seen;
            foreach (var gone in _known.Keys.Except(monitor.Current.Select(i => i.Name)).ToList())
                _known[gone] = _known[gone] with { IsUp = false, Addresses = [] };
            var now = _clock.GetElapsedTime(_origin);
            _policy.Observe(_known.Values.Select(i => new PathFacts(i.Name, Priority(i), i.IsUsable)), now);
            // Every usable interface of a server answers: there is no handshake to wait for.
            foreach (var usable in _known.Values.Where(i => i.IsUsable))
                _policy.Connected(usable.Name, null, now);
            foreach (var change in _policy.Decide(now).OfType<PathDecision.Switch>())
                Record(change);
            _uplinks = [.. _known.Values.Select(i => new Uplink(i.Name, i.Type, Priority(i), i.IsUsable ? i.Addresses : [], i.Name == _policy.Active, i.Index)).OrderBy(u => u.IsActive ? 0 : 1).ThenBy(u => u.Priority)];
            if (_policy.NextWakeUp is { } wake)
                _timer?.Change(wake > now ? wake - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        Looked?.Invoke();
    }

    private void Record(PathDecision.Switch change)
    {
        _history.Add(new UplinkSwitch(++_count, _clock.GetUtcNow(), change.From, change.To, change.Reason, change.Evidence));
        if (_history.Count > HistoryLength)
            _history.RemoveAt(0);
        UplinkLog.Switched(_logger, change.From ?? "none", change.To, change.Reason.Name(), change.Evidence);
        if (change.From is not null)
            _metrics.Switched(change.From, change.To, change.Reason);
        var told = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private int Priority(InterfaceSnapshot snapshot) => _priority.Of(snapshot.Name, snapshot.Type);
}
