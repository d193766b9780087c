using System.Globalization;

namespace HmacFileServer.Core.Networks;

/// <summary>
/// One path at a time carries new bytes, the next best waits. Hard events act at once; silence is hedged first and believed later; a
/// degraded path is left for a better one; the return to a preferred path waits until that has been stable. Changes for quality or
/// preference are never closer together than the first hold-down.
/// </summary>
public sealed class FailoverPolicy(FailoverOptions options) : PathPolicy(options)
{
    private readonly FailoverOptions _options = options;
    private string? _active;
    private TimeSpan? _choseAt;

    /// <summary>The path that carries new bytes; null while there is none.</summary>
    public string? Active => _active;

    public override IReadOnlyList<string> Sending => _active is null ? [] : [_active];

    /// <summary>The active path; the next best as standby, and the one to return to, so that neither costs a handshake.</summary>
    public override IReadOnlyList<string> WantConnected(TimeSpan now)
    {
        var wanted = new List<string>();
        if (_active is not null && Paths[_active].Usable)
            wanted.Add(_active);
        var active = _active is null ? null : Paths[_active];
        // Without a standby, one is opened only where the path in use is in trouble.
        var inTrouble = active is not null && (active.Alarm is not null || active.ConnectFailures > 1 || Rule.IsDegraded(active));
        if (_options.Standby || inTrouble || active is null)
        {
            var standbys = Ranked(now).Where(p => !wanted.Contains(p.Name) && p.SuspectSince is null).ToList();
            // One that shares neither the interface nor the server's address outlasts the fall of either.
            var apart = active is null ? null : standbys.Find(p => Shared(p, active) == 0 && p.ConnectFailures < 2);
            if ((apart ?? standbys.FirstOrDefault()) is { } standby)
                wanted.Add(standby.Name);
        }
        // One that was bad is opened too: how else would it be known that it is well again?
        if (PreferredOrBad(now).FirstOrDefault() is { } better && !wanted.Contains(better.Name) && (_options.Standby || StableAt(better) <= now))
            wanted.Add(better.Name);
        return wanted;
    }

    private protected override void Choose(List<PathDecision> decisions, TimeSpan now)
    {
        ClearHedges(decisions);
        AbandonSuspects(decisions, now);
        if (_active is null || !Paths[_active].Usable)
            LeaveLost(decisions, now);
        else if (!FollowOverride(decisions, now) && !LeaveRefused(decisions, now) && !HedgeIfSilent(decisions, now) && !LeaveDegraded(decisions, now)
            && !ReturnIfStable(decisions, now))
            TakeFaster(decisions, now);
    }

    private void ClearHedges(List<PathDecision> decisions)
    {
        foreach (var path in Paths.Values.Where(p => p.Recovered))
        {
            path.Recovered = false;
            if (!path.Usable || path.Name == _active || (_active is not null && !MayLeaveFor(Paths[_active], path)))
                continue;
            _active = path.Name;
            decisions.Add(new PathDecision.HedgeCleared(path.Name, "it answered after all"));
        }
    }

    private void AbandonSuspects(List<PathDecision> decisions, TimeSpan now)
    {
        foreach (var path in Paths.Values)
        {
            if (path.SuspectSince is not { } since)
                continue;
            var bound = since + Patience(path);
            if (now < bound && path.Usable && !path.Lost)
            {
                WakeAt(bound);
                continue;
            }
            var silence = path.Silence(since);
            var evidence = path.Usable
                ? $"no acknowledgement for {Milliseconds(now - since + silence)}{(path.Lost ? ", and the connection ended" : "")}"
                : "carrier, address or route is gone";
            path.Forget();
            // What the system, or the server, knows to be gone is no riddle, although its silence was noticed first.
            var reason = path.Usable ? SwitchReason.Timeout : SwitchReason.InterfaceDown;
            if (path.Usable)
                HoldDown(path, now);
            decisions.Add(new PathDecision.Abandon(path.Name, reason, evidence));
            if (_active is not null && _active != path.Name)
                decisions.Add(new PathDecision.Switch(path.Name, _active, reason, silence, evidence));
        }
    }

    private void LeaveLost(List<PathDecision> decisions, TimeSpan now)
    {
        const string Gone = "carrier, address or route is gone";
        var lost = _active is null ? null : Paths[_active];
        var after = lost?.LastAlive is { } alive ? now - alive : TimeSpan.Zero;
        if (lost is not null)
        {
            decisions.Add(new PathDecision.Abandon(lost.Name, SwitchReason.InterfaceDown, Gone));
            lost.Forget();
        }
        var ranked = Ranked(now).OrderBy(p => p.SuspectSince is null ? 0 : 1).ToList();
        var next = ranked.FirstOrDefault();
        // Over the same interface, an address of the server to which a connection is open costs no handshake.
        if (next is { Connected: false })
            next = ranked.Find(p => p.Interface == next.Interface && p.Connected && p.SuspectSince is null && p.HoldDownUntil <= now) ?? next;
        if (next is null)
        {
            _active = null;
            WakeAtHoldDownEnd(now);
            return;
        }
        Activate(next, now);
        decisions.Add(lost is null
            ? new PathDecision.Switch(null, next.Name, SwitchReason.BetterAlternative, TimeSpan.Zero, "best usable path")
            : new PathDecision.Switch(lost.Name, next.Name, SwitchReason.InterfaceDown, after, Gone));
    }

    private bool FollowOverride(List<PathDecision> decisions, TimeSpan now)
    {
        // Among the server's addresses over a forced interface the other rules go on; where there is one, nothing is left to decide.
        if (IsForced(Paths[_active!]))
            return !Paths.Values.Any(p => p.Name != _active && p.Usable && IsForced(p));
        if (Ranked(now).FirstOrDefault(IsForced) is not { } forced)
            return false;
        decisions.Add(new PathDecision.Switch(_active, forced.Name, SwitchReason.Manual, TimeSpan.Zero, "forced"));
        Activate(forced, now);
        return true;
    }

    private bool LeaveRefused(List<PathDecision> decisions, TimeSpan now)
    {
        var active = Paths[_active!];
        if (active.Connected || active.ConnectFailures < 2 || !_options.AutoSwitch)
            return false;
        var other = Ranked(now).FirstOrDefault(p => p.Name != active.Name && p.Connected && p.SuspectSince is null && MayLeaveFor(active, p));
        if (other is null)
            return false;
        HoldDown(active, now);
        _active = other.Name;
        decisions.Add(new PathDecision.Switch(active.Name, other.Name, SwitchReason.Timeout, TimeSpan.Zero,
            string.Create(CultureInfo.InvariantCulture, $"{active.ConnectFailures} connections failed on this path, while the server answers on the other")));
        return true;
    }

    private bool HedgeIfSilent(List<PathDecision> decisions, TimeSpan now)
    {
        var active = Paths[_active!];
        if (!_options.AutoSwitch)
            return false;
        var silence = active.Silence(now);
        var bound = StallBound(active.Name, now);
        if (silence < bound)
        {
            if (active.OutstandingSince is not null)
                WakeAt(now + (bound - silence));
            return false;
        }
        var others = Ranked(now)
            .Where(p => p != active && p.SuspectSince is null && MayLeaveFor(active, p) && (p.HoldDownUntil <= now || p.Connected || silence > bound + LastResort) && IsProven(p, silence, bound))
            .OrderBy(p => Shared(active, p))
            .ToList();
        if ((others.Find(p => p.Connected) ?? others.FirstOrDefault()) is not { } other)
        {
            WakeAt(now + (bound + LastResort - silence) + TimeSpan.FromMilliseconds(1));
            return false;
        }
        active.SuspectSince = now;
        Activate(other, now);
        decisions.Add(new PathDecision.Hedge(active.Name, other.Name, silence, $"no acknowledgement for {Milliseconds(silence)}, {Milliseconds(bound)} are usual at most"));
        WakeAt(now + Patience(active));
        return true;
    }

    private bool LeaveDegraded(List<PathDecision> decisions, TimeSpan now)
    {
        var active = Paths[_active!];
        if (!_options.AutoSwitch || !Rule.IsDegraded(active) || !MayChoose(now))
            return false;
        var better = Ranked(now).FirstOrDefault(p => p != active && p.Connected && p.SuspectSince is null && p.HoldDownUntil <= now && MayLeaveFor(active, p) && Rule.IsBetter(p, active));
        if (better is null)
            return false;
        decisions.Add(new PathDecision.Switch(active.Name, better.Name, SwitchReason.QualityDegradation,
            active.Health.DegradedSince is { } since ? now - since : TimeSpan.Zero, QualityRule.Describe(active, better)));
        HoldDown(active, now);
        Take(better, now);
        return true;
    }

    private bool ReturnIfStable(List<PathDecision> decisions, TimeSpan now)
    {
        if (!_options.AutoSwitch || Preferred(now) is not { } better)
            return false;
        var stableAt = StableAt(better);
        if (_choseAt is { } chose)
            stableAt = Max(stableAt, chose + _options.HoldDownFirst);
        if (now < stableAt)
        {
            WakeAt(stableAt);
            return false;
        }
        if (!better.Connected)
            return false;
        decisions.Add(new PathDecision.Switch(_active, better.Name, SwitchReason.BetterAlternative, TimeSpan.Zero,
            string.Create(CultureInfo.InvariantCulture, $"preferred and usable for {(now - better.UsableSince).TotalSeconds:F1} s")));
        Take(better, now);
        return true;
    }

    /// <summary>
    /// Among paths of the same priority the one that is known to be faster, by a margin and for a dwell time; what is left for it is held
    /// down like after a failure, so that two paths whose rates cross are not changed back and forth.
    /// </summary>
    private void TakeFaster(List<PathDecision> decisions, TimeSpan now)
    {
        var active = Paths[_active!];
        var here = Math.Max(active.ExpectedRate, active.Health.Verdict.Throughput);
        PathRecord? faster = null;
        foreach (var path in Paths.Values)
        {
            // Which of the server's addresses is to be taken is the server's to say: over the same interface rates do not decide.
            var isFaster = path.Interface != active.Interface && path.Usable && path.Connected && path.SuspectSince is null && path.Priority == active.Priority && MayLeaveFor(active, path)
                && (!path.Metered || active.Metered) && !path.Health.Verdict.IsDegraded && StableAt(path) <= now
                && here > 0 && path.ExpectedRate > _options.FasterMargin * here;
            path.FasterSince = isFaster ? path.FasterSince ?? now : null;
            if (path.FasterSince is { } since && now - since >= _options.FasterDwell && path.ExpectedRate > (faster?.ExpectedRate ?? 0))
                faster = path;
        }
        if (faster is null || !_options.AutoSwitch || !MayChoose(now))
            return;
        decisions.Add(new PathDecision.Switch(_active, faster.Name, SwitchReason.BetterAlternative, TimeSpan.Zero,
            string.Create(CultureInfo.InvariantCulture, $"expected to carry {faster.ExpectedRate / 1000:F0} KB/s, where {active.Name} carries {here / 1000:F0}")));
        HoldDown(active, now);
        Take(faster, now);
    }

    /// <summary>A path without a connection owes an answer from here on, even if it is being connected already.</summary>
    private void Activate(PathRecord path, TimeSpan now)
    {
        _active = path.Name;
        if (!path.Connected)
            path.OutstandingSince = now;
    }

    private void Take(PathRecord path, TimeSpan now)
    {
        Activate(path, now);
        _choseAt = now;
    }

    /// <summary>Two changes by choice are never closer together than the first hold-down, whichever paths they concern.</summary>
    private bool MayChoose(TimeSpan now)
    {
        if (_choseAt is not { } chose || now >= chose + _options.HoldDownFirst || now < chose)
            return true;
        WakeAt(chose + _options.HoldDownFirst);
        return false;
    }

    /// <summary>A usable path that is preferred to the active one, whether or not its time has come.</summary>
    private PathRecord? Preferred(TimeSpan now) => PreferredOrBad(now).FirstOrDefault(p => !p.Health.Verdict.IsDegraded);

    private IEnumerable<PathRecord> PreferredOrBad(TimeSpan now) => _active is null
        ? []
        : Ranked(now).Where(p => p.SuspectSince is null && IsPreferred(p, Paths[_active]));

    private bool IsPreferred(PathRecord path, PathRecord active) => MayLeaveFor(active, path)
        && (path.Priority < active.Priority || (path.Interface == active.Interface && path.EndpointRank < active.EndpointRank));

    private void WakeAtHoldDownEnd(TimeSpan now)
    {
        foreach (var path in Paths.Values.Where(p => p.HoldDownUntil > now))
            WakeAt(path.HoldDownUntil);
    }
}
