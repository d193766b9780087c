using System.Globalization;

namespace HmacFileServer.Core.Networks;

/// <summary>
/// One path at a time carries new bytes, the next best waits. Hard events act at once; silence is hedged first and believed later; the
/// return to a preferred path waits until that has been stable.
/// </summary>
public sealed class FailoverPolicy(FailoverOptions options) : PathPolicy(options)
{
    private readonly FailoverOptions _options = options;
    private string? _active;

    /// <summary>The path that carries new bytes; null while there is none.</summary>
    public string? Active => _active;

    public override IReadOnlyList<string> Sending => _active is null ? [] : [_active];

    /// <summary>The active path, the next best as standby, and the one to return to.</summary>
    public override IReadOnlyList<string> WantConnected(TimeSpan now)
    {
        var wanted = new List<string>();
        if (_active is not null && Paths[_active].Usable)
            wanted.Add(_active);
        foreach (var path in Ranked(now))
        {
            if (wanted.Count >= 2)
                break;
            if (!wanted.Contains(path.Name) && path.SuspectSince is null)
                wanted.Add(path.Name);
        }
        // The path to return to is opened as well, so that the return costs no handshake.
        if (Preferred(now) is { } better && !wanted.Contains(better.Name))
            wanted.Add(better.Name);
        return wanted;
    }

    public override IReadOnlyList<PathDecision> Decide(TimeSpan now)
    {
        var decisions = new List<PathDecision>();
        NextWakeUp = null;
        ClearHedges(decisions);
        AbandonSuspects(decisions, now);
        if (_active is null || !Paths[_active].Usable)
            LeaveLost(decisions, now);
        else if (!FollowOverride(decisions) && !LeaveRefused(decisions, now) && !HedgeIfSilent(decisions, now))
            ReturnIfStable(decisions, now);
        return decisions;
    }

    private void ClearHedges(List<PathDecision> decisions)
    {
        foreach (var path in Paths.Values.Where(p => p.Recovered))
        {
            path.Recovered = false;
            if (!path.Usable || path.Name == _active)
                continue;
            _active = path.Name;
            decisions.Add(new PathDecision.HedgeCleared(path.Name));
        }
    }

    private void AbandonSuspects(List<PathDecision> decisions, TimeSpan now)
    {
        foreach (var path in Paths.Values)
        {
            if (path.SuspectSince is not { } since)
                continue;
            var bound = since + (path.Rtt ?? _options.AssumedRtt) * _options.StallRoundTrips + _options.HedgeFloor;
            if (now < bound && path.Usable && !path.Lost)
            {
                WakeAt(bound);
                continue;
            }
            var silence = path.Silence(since);
            path.Forget();
            HoldDown(path, now);
            decisions.Add(new PathDecision.Abandon(path.Name));
            if (_active is not null && _active != path.Name)
                decisions.Add(new PathDecision.Switch(path.Name, _active, SwitchReason.Timeout, silence,
                    string.Create(CultureInfo.InvariantCulture, $"no acknowledgement for {(now - since + silence).TotalMilliseconds:F0} ms")));
        }
    }

    private void LeaveLost(List<PathDecision> decisions, TimeSpan now)
    {
        var lost = _active is null ? null : Paths[_active];
        if (lost is not null)
        {
            decisions.Add(new PathDecision.Abandon(lost.Name));
            lost.Forget();
        }
        var next = Ranked(now).FirstOrDefault();
        if (next is null)
        {
            _active = null;
            WakeAtHoldDownEnd(now);
            return;
        }
        _active = next.Name;
        var after = lost?.LastAlive is { } alive ? now - alive : TimeSpan.Zero;
        decisions.Add(lost is null
            ? new PathDecision.Switch(null, next.Name, SwitchReason.BetterAlternative, TimeSpan.Zero, "best usable path")
            : new PathDecision.Switch(lost.Name, next.Name, SwitchReason.InterfaceDown, after, "carrier, address or route is gone"));
    }

    private bool FollowOverride(List<PathDecision> decisions)
    {
        if (Forced is null || Forced == _active || !Paths.TryGetValue(Forced, out var forced) || !forced.Usable)
            return Forced is not null && Forced == _active;
        decisions.Add(new PathDecision.Switch(_active, Forced, SwitchReason.Manual, TimeSpan.Zero, "forced"));
        _active = Forced;
        return true;
    }

    private bool LeaveRefused(List<PathDecision> decisions, TimeSpan now)
    {
        var active = Paths[_active!];
        if (active.Connected || active.ConnectFailures < 2 || !_options.AutoSwitch)
            return false;
        var other = Ranked(now).FirstOrDefault(p => p.Name != active.Name && p.Connected && p.SuspectSince is null);
        if (other is null)
            return false;
        HoldDown(active, now);
        _active = other.Name;
        decisions.Add(new PathDecision.Switch(active.Name, other.Name, SwitchReason.Timeout, TimeSpan.Zero,
            "the server does not answer on this path, but on another"));
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
        var other = Ranked(now).FirstOrDefault(p => p.Name != active.Name && p.SuspectSince is null && p.HoldDownUntil <= now && p.Connected)
            ?? Ranked(now).FirstOrDefault(p => p.Name != active.Name && p.SuspectSince is null && p.HoldDownUntil <= now);
        if (other is null)
            return false;
        active.SuspectSince = now;
        _active = other.Name;
        decisions.Add(new PathDecision.Hedge(active.Name, other.Name, silence));
        WakeAt(now + (active.Rtt ?? _options.AssumedRtt) * _options.StallRoundTrips + _options.HedgeFloor);
        return true;
    }

    private void ReturnIfStable(List<PathDecision> decisions, TimeSpan now)
    {
        if (!_options.AutoSwitch || Preferred(now) is not { } better)
            return;
        var stableAt = Max(better.UsableSince + _options.StabilityTime, better.HoldDownUntil);
        if (now < stableAt)
        {
            WakeAt(stableAt);
            return;
        }
        if (!better.Connected)
            return;
        decisions.Add(new PathDecision.Switch(_active, better.Name, SwitchReason.BetterAlternative, TimeSpan.Zero,
            string.Create(CultureInfo.InvariantCulture, $"preferred and usable for {(now - better.UsableSince).TotalSeconds:F1} s")));
        _active = better.Name;
    }

    /// <summary>A usable path that is preferred to the active one, whether or not its time has come.</summary>
    private PathRecord? Preferred(TimeSpan now) => _active is null
        ? null
        : Ranked(now).FirstOrDefault(p => p.SuspectSince is null && p.Priority < Paths[_active].Priority);

    private void WakeAtHoldDownEnd(TimeSpan now)
    {
        foreach (var path in Paths.Values.Where(p => p.HoldDownUntil > now))
            WakeAt(path.HoldDownUntil);
    }
}
