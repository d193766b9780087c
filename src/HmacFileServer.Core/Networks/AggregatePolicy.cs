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
        var wanted = Candidates(now).ToList();
        // What is preferred to a path that sends is opened beside it, and takes over when it answers.
        foreach (var path in wanted.ToList())
        {
            if (Ranked(now).FirstOrDefault(p => p.Interface == path.Interface && p.SuspectSince is null && StableAgainAt(p) <= now) is { } best && !wanted.Contains(best))
                wanted.Add(best);
        }
        var inTrouble = wanted.Count == 0 || Paths.Values.Any(p => p.SuspectSince is not null || p.Alarm is not null || Rule.IsDegraded(p));
        if (!_options.Standby && !inTrouble)
            return [.. wanted.Select(p => p.Name)];
        var rest = Ranked(now).Where(p => p.SuspectSince is null && !wanted.Contains(p)).ToList();
        // One of another interface, and one of another address of the server: what is in use may fall on either side.
        var standby = rest.Find(p => wanted.TrueForAll(w => w.Interface != p.Interface)) ?? rest.FirstOrDefault();
        var endpoint = rest.Find(p => p != standby && wanted.TrueForAll(w => w.Endpoint != p.Endpoint) && standby?.Endpoint != p.Endpoint);
        return [.. wanted.Append(standby).Append(endpoint).OfType<PathRecord>().Select(p => p.Name)];
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
        var candidates = Candidates(now);
        ReportReturns(candidates, decisions);
        _sending.Clear();
        foreach (var path in candidates)
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
        if (usable.Exists(IsForced))
            usable.RemoveAll(p => !IsForced(p));
        var trusted = usable.Where(p => StableAgainAt(p) <= now || IsForced(p)).GroupBy(p => p.Interface).Select(OneOf).OfType<PathRecord>().ToList();
        if (trusted.Count == 0)
            return [.. usable.Take(1)];
        var free = trusted.Where(p => !p.Metered).ToList();
        return free.Count > 0 ? free : [trusted[0]];
    }

    /// <summary>
    /// Of an interface's paths one: two would only share what it carries. The best of those that are proven, or the one in use while the best
    /// is not connected; null where none is proven.
    /// </summary>
    private PathRecord? OneOf(IEnumerable<PathRecord> ranked)
    {
        var paths = ranked.ToList();
        var best = paths.Find(p => p.Endpoint is null || p.Connected);
        return best is { Connected: false } && paths.Find(p => _sending.Contains(p.Name) && p.Connected) is { } inUse ? inUse : best;
    }

    /// <summary>The server's preferred address is there again: that is told like every switch.</summary>
    private void ReportReturns(List<PathRecord> candidates, List<PathDecision> decisions)
    {
        foreach (var to in candidates.Where(p => !_sending.Contains(p.Name)))
        {
            var from = _sending.Select(Path).FirstOrDefault(p => p.Interface == to.Interface && p.Usable && p.SuspectSince is null && !candidates.Contains(p));
            if (from is not null && !decisions.OfType<PathDecision.Switch>().Any(s => s.From == from.Name))
                decisions.Add(new PathDecision.Switch(from.Name, to.Name, SwitchReason.BetterAlternative, TimeSpan.Zero, "the server prefers this address, and answers there"));
        }
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
        if (!_options.AutoSwitch)
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
        if (Other(path, silence, bound) is not { } other)
        {
            WakeAt(now + LastResort);
            return;
        }
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
        if (!_options.AutoSwitch || path.SuspectSince is not null || !Rule.IsDegraded(path))
            return;
        // A long round trip, or losses, are no reason either: what the path brings beside the others is more than nothing (20 Mbit/s at 400 ms beside 150: 12 %).
        if (_sending.Count > 1 && (path.Health.Verdict.DeliversAtItsRate || path.Health.Verdict.Cause is DegradationCause.Latency or DegradationCause.Loss))
            return;
        var better = Ranked(now).FirstOrDefault(p => p != path && p.Connected && p.SuspectSince is null && p.HoldDownUntil <= now && MayLeaveFor(path, p) && Rule.IsBetter(p, path));
        if (better is null)
            return;
        HoldDown(path, now);
        path.WasLost = true;
        decisions.Add(new PathDecision.Switch(path.Name, better.Name, SwitchReason.QualityDegradation,
            path.Health.DegradedSince is { } bad ? now - bad : TimeSpan.Zero, QualityRule.Describe(path, better)));
    }

    private void Report(PathRecord path, SwitchReason reason, TimeSpan after, string evidence, List<PathDecision> decisions)
    {
        if (Other(path, TimeSpan.MaxValue, TimeSpan.Zero) is { } other)
            decisions.Add(new PathDecision.Switch(path.Name, other.Name, reason, after, evidence));
    }

    private PathRecord? Other(PathRecord path, TimeSpan silence, TimeSpan bound) => Paths.Values
        .Where(p => p != path && p.Usable && p.SuspectSince is null && (MayLeaveFor(path, p) || !path.Usable) && IsProven(p, silence, bound))
        .OrderBy(p => p.Priority)
        .ThenBy(p => p.Connected ? 0 : 1)
        .ThenBy(p => p.EndpointRank)
        .FirstOrDefault();
}
