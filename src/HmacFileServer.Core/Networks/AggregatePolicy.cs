using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Networks;

/// <summary>
/// Every usable unmetered path carries new bytes, each at its own rate; metered ones only where there is no other. A silent path is fed no more until it answers; what it had is sent
/// over the others when it stays silent. A degraded path is left out while a better one is there. A path may join or die at any time.
/// </summary>
public sealed class AggregatePolicy(FailoverOptions options) : PathPolicy(options)
{
    private readonly FailoverOptions _options = options;
    private readonly List<string> _sending = [];

    public override IReadOnlyList<string> Sending => _sending;

    /// <summary>All that send, and the best of the rest as standby.</summary>
    public override IReadOnlyList<string> WantConnected(TimeSpan now)
    {
        var wanted = Candidates(now).Select(p => p.Name).ToList();
        var inTrouble = wanted.Count == 0 || Paths.Values.Any(p => p.SuspectSince is not null || p.Alarm is not null || Rule.IsDegraded(p));
        if ((_options.Standby || inTrouble) && Ranked(now).FirstOrDefault(p => p.SuspectSince is null && !wanted.Contains(p.Name)) is { } standby)
            wanted.Add(standby.Name);
        return wanted;
    }

    private protected override void Choose(List<PathDecision> decisions, TimeSpan now)
    {
        foreach (var path in Paths.Values)
        {
            if (path.Recovered)
            {
                path.Recovered = false;
                decisions.Add(new PathDecision.HedgeCleared(path.Name, "it answered after all"));
            }
            if (!path.Usable)
                LeaveLost(path, decisions, now);
            else if (path.SuspectSince is { } since)
                AbandonIfStillSilent(path, since, decisions, now);
            else if (_sending.Contains(path.Name))
            {
                SuspectIfSilent(path, decisions, now);
                LeaveIfDegraded(path, decisions, now);
            }
        }
        _sending.Clear();
        foreach (var path in Candidates(now))
        {
            path.WasLost = false;
            _sending.Add(path.Name);
        }
        foreach (var path in Paths.Values.Where(p => p.Usable && StableAgainAt(p) > now))
            WakeAt(StableAgainAt(path));
    }

    /// <summary>
    /// The forced path alone while it is usable; else all unmetered ones, or where there is none the best metered one. A path that was
    /// lost waits until it has been stable, unless nothing else is left.
    /// </summary>
    private List<PathRecord> Candidates(TimeSpan now)
    {
        var usable = Ranked(now).Where(p => p.SuspectSince is null).ToList();
        if (usable.Find(p => p.Name == Forced) is { } forced)
            return [forced];
        var trusted = usable.Where(p => StableAgainAt(p) <= now).ToList();
        if (trusted.Count == 0)
            return [.. usable.Take(1)];
        var free = trusted.Where(p => !p.Metered).ToList();
        return free.Count > 0 ? free : [trusted[0]];
    }

    private TimeSpan StableAgainAt(PathRecord path) => path.WasLost ? StableAt(path) : path.HoldDownUntil;

    private void LeaveLost(PathRecord path, List<PathDecision> decisions, TimeSpan now)
    {
        const string Gone = "carrier, address or route is gone";
        if (!_sending.Contains(path.Name) && path.SuspectSince is null)
            return;
        var after = path.LastAlive is { } alive ? now - alive : TimeSpan.Zero;
        path.Forget();
        path.WasLost = true;
        decisions.Add(new PathDecision.Abandon(path.Name, SwitchReason.InterfaceDown, Gone));
        Report(path, SwitchReason.InterfaceDown, after, Gone, decisions);
    }

    private void SuspectIfSilent(PathRecord path, List<PathDecision> decisions, TimeSpan now)
    {
        if (!_options.AutoSwitch || path.Name == Forced)
            return;
        var silence = path.Silence(now);
        var bound = StallBound(path.Name, now);
        if (silence < bound)
        {
            if (path.OutstandingSince is not null)
                WakeAt(now + (bound - silence));
            return;
        }
        // A lone path is waited for: there is nothing to go on with.
        if (Other(path) is not { } other)
            return;
        path.SuspectSince = now;
        decisions.Add(new PathDecision.Hedge(path.Name, other.Name, silence, $"no acknowledgement for {Milliseconds(silence)}, {Milliseconds(bound)} are usual at most"));
        WakeAt(now + Patience(path));
    }

    private void AbandonIfStillSilent(PathRecord path, TimeSpan since, List<PathDecision> decisions, TimeSpan now)
    {
        if (now < since + Patience(path) && !path.Lost)
        {
            WakeAt(since + Patience(path));
            return;
        }
        var silence = path.Silence(since);
        var evidence = $"no acknowledgement for {Milliseconds(now - since + silence)}{(path.Lost ? ", and the connection ended" : "")}";
        path.Forget();
        HoldDown(path, now);
        decisions.Add(new PathDecision.Abandon(path.Name, SwitchReason.Timeout, evidence));
        Report(path, SwitchReason.Timeout, silence, evidence, decisions);
    }

    /// <summary>
    /// A path that loses, yet delivers at its rate, adds to the others: only alone it is left. What the path has begun it may finish; it
    /// gets nothing new until its hold-down is over and it has been well for the stability time.
    /// </summary>
    private void LeaveIfDegraded(PathRecord path, List<PathDecision> decisions, TimeSpan now)
    {
        if (!_options.AutoSwitch || path.Name == Forced || path.SuspectSince is not null || !Rule.IsDegraded(path))
            return;
        // A long round trip, or losses, are no reason either: what the path brings beside the others is more than nothing (20 Mbit/s at 400 ms beside 150: 12 %).
        if (_sending.Count > 1 && (path.Health.Verdict.DeliversAtItsRate || path.Health.Verdict.Cause is DegradationCause.Latency or DegradationCause.Loss))
            return;
        var better = Ranked(now).FirstOrDefault(p => p != path && p.Connected && p.SuspectSince is null && p.HoldDownUntil <= now && Rule.IsBetter(p, path));
        if (better is null)
            return;
        HoldDown(path, now);
        path.WasLost = true;
        decisions.Add(new PathDecision.Switch(path.Name, better.Name, SwitchReason.QualityDegradation,
            path.Health.DegradedSince is { } bad ? now - bad : TimeSpan.Zero, QualityRule.Describe(path, better)));
    }

    private void Report(PathRecord path, SwitchReason reason, TimeSpan after, string evidence, List<PathDecision> decisions)
    {
        if (Other(path) is { } other)
            decisions.Add(new PathDecision.Switch(path.Name, other.Name, reason, after, evidence));
    }

    private PathRecord? Other(PathRecord path) =>
        Paths.Values.Where(p => p != path && p.Usable && p.SuspectSince is null).OrderBy(p => p.Priority).FirstOrDefault();
}
