using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Uploads;

/// <summary>Keeps what a run did, for its result. The run loop's alone.</summary>
internal sealed class RunReport(TimeSpan started)
{
    private readonly Dictionary<string, (TimeSpan At, TimeSpan Silence)> _hedges = [];
    private readonly List<PathSwitch> _switches = [];
    private readonly List<string> _left = []; // the path that each switch left
    private TimeSpan _lastProgress = started;

    public TimeSpan Started { get; } = started;

    public TimeSpan LargestStall { get; private set; }

    public int FalseAlarms { get; private set; }

    public IReadOnlyList<PathSwitch> Switches => [.. _switches];

    public TimeSpan SinceProgress(TimeSpan now) => now - _lastProgress;

    /// <summary>The clock of stalls starts with the first segment.</summary>
    public void Begin(TimeSpan now) => _lastProgress = now;

    public void Progressed(TimeSpan now)
    {
        if (now - _lastProgress > LargestStall)
            LargestStall = now - _lastProgress;
        _lastProgress = now;
    }

    public void Hedged(PathDecision.Hedge hedge, TimeSpan now) => _hedges[hedge.From] = (now, hedge.Silence);

    public void HedgeCleared(string path)
    {
        _hedges.Remove(path);
        FalseAlarms++;
    }

    /// <param name="decision">The policy's.</param>
    /// <param name="now">The time.</param>
    /// <param name="describe">Says of a path which interface it is, and which address of the server; null where that is all the same.</param>
    /// <returns>The switch; null for the first path.</returns>
    public PathSwitch? Switched(PathDecision.Switch decision, TimeSpan now, Func<string, (string Interface, string? Endpoint)>? describe = null)
    {
        if (decision.From is null)
            return null;
        var (at, after) = _hedges.Remove(decision.From, out var hedge) ? hedge : (now, decision.DetectedAfter);
        var (from, to) = (describe?.Invoke(decision.From) ?? (decision.From, null), describe?.Invoke(decision.To) ?? (decision.To, null));
        _left.Add(decision.From);
        _switches.Add(new PathSwitch(at - Started, from.Interface, to.Interface, decision.Reason, after, 0, decision.Evidence)
        {
            FromEndpoint = from.Endpoint,
            ToEndpoint = to.Endpoint,
        });
        return _switches[^1];
    }

    /// <summary>A connection that was given up had this much in flight: it belongs to the last switch away from its path.</summary>
    public void WasInFlight(string path, long bytes)
    {
        var index = _left.LastIndexOf(path);
        if (index >= 0 && _switches[index].Reason is not (SwitchReason.BetterAlternative or SwitchReason.Manual))
            _switches[index] = _switches[index] with { InFlightBytes = _switches[index].InFlightBytes + bytes };
    }
}
