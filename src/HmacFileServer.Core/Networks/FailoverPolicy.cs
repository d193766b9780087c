using System.Globalization;

namespace HmacFileServer.Core.Networks;

/// <summary>
/// Which path carries new bytes, when only one does. Pure: it is told facts and the time, and answers with decisions and the
/// instant at which it wants to be asked again. Hard events act at once; silence is hedged first and believed later; the
/// return to a preferred path waits until that has been stable. Not safe for use by several threads at once.
/// </summary>
public sealed class FailoverPolicy(FailoverOptions options)
{
    private readonly Dictionary<string, PathRecord> _paths = [];
    private string? _active;
    private string? _forced;

    /// <summary>The path that carries new bytes; null while there is none.</summary>
    public string? Active => _active;

    /// <summary>When <see cref="Decide"/> wants to be called again although nothing happened; null for never.</summary>
    public TimeSpan? NextWakeUp { get; private set; }

    /// <summary>Forces a path (`force_interface`), or lifts that with null. The override always wins while the path is usable.</summary>
    public void Force(string? name) => _forced = name;

    /// <summary>Takes in what the system says of the interfaces. A path that is no longer listed is gone.</summary>
    public void Observe(IEnumerable<PathFacts> facts, TimeSpan now)
    {
        var seen = new HashSet<string>();
        foreach (var fact in facts)
        {
            seen.Add(fact.Name);
            var path = Path(fact.Name);
            path.Priority = fact.Priority;
            if (fact.Usable && !path.Usable)
                path.UsableSince = now;
            path.Usable = fact.Usable;
        }
        foreach (var path in _paths.Values)
        {
            if (!seen.Contains(path.Name))
                path.Usable = false;
        }
    }

    /// <summary>Takes in what the kernel says of the connection that is in use on a path.</summary>
    public void Observe(string name, in TcpSample sample, TimeSpan now)
    {
        var path = Path(name);
        if (sample.Rtt > TimeSpan.Zero)
        {
            path.Rtt = sample.Rtt;
            path.RttVariation = sample.RttVariation;
            var least = sample.MinRtt > TimeSpan.Zero ? sample.MinRtt : sample.Rtt;
            path.LeastRtt = path.LeastRtt is { } known && known < least ? known : least;
        }
        path.Heard(now - sample.SinceLastAck, now, options.SilenceHalfLife);
        if (sample.UnackedSegments == 0)
            path.OutstandingSince = null;
        else
            path.OutstandingSince ??= now;
        if (path.SuspectSince is { } suspected && path.LastAlive > suspected)
        {
            path.SuspectSince = null;
            path.Recovered = true;
        }
    }

    /// <summary>A connection attempt began: the handshake is owed an answer like any data.</summary>
    public void Connecting(string name, TimeSpan now) => Path(name).OutstandingSince ??= now;

    /// <summary>A connection on this path is open and the server answered on it.</summary>
    public void Connected(string name, TimeSpan? rtt, TimeSpan now)
    {
        var path = Path(name);
        path.Connected = true;
        path.ConnectFailures = 0;
        path.OutstandingSince = null;
        path.LastAlive = now;
        path.Rtt = rtt ?? path.Rtt;
    }

    /// <summary>
    /// The path's connection ended, or an attempt was refused, although the link is there: the server restarts, or something on
    /// this path is in the way. The path is tried again first; another one takes over when the second attempt fails too.
    /// </summary>
    public void Disconnected(string name)
    {
        var path = Path(name);
        if (path.SuspectSince is not null)
        {
            path.Lost = true;
            return;
        }
        path.Forget();
        path.ConnectFailures++;
    }

    /// <summary>The path's probe got no answer, or one that was not the server's.</summary>
    public void ProbeFailed(string name, TimeSpan now)
    {
        var path = Path(name);
        path.Forget();
        HoldDown(path, now);
    }

    /// <summary>The paths that should have an open connection, best first: the active one, and the next best as standby.</summary>
    public IReadOnlyList<string> WantConnected(TimeSpan now)
    {
        var wanted = new List<string>();
        if (_active is not null && _paths[_active].Usable)
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

    /// <summary>Decides on everything that was observed. Cheap: call it after each event and at <see cref="NextWakeUp"/>.</summary>
    public IReadOnlyList<PathDecision> Decide(TimeSpan now)
    {
        var decisions = new List<PathDecision>();
        NextWakeUp = null;
        ClearHedges(decisions);
        AbandonSuspects(decisions, now);
        if (_active is null || !_paths[_active].Usable)
            LeaveLost(decisions, now);
        else if (!FollowOverride(decisions) && !LeaveRefused(decisions, now) && !HedgeIfSilent(decisions, now))
            ReturnIfStable(decisions, now);
        return decisions;
    }

    /// <summary>
    /// The silence at which a path is suspected. A path that has been streaming acknowledges all the time, however long its queue
    /// (our own, most likely) has made the round trip: there a silence is measured against the silences that are usual on it. Else,
    /// against the round trip.
    /// </summary>
    public TimeSpan StallBound(string name, TimeSpan now)
    {
        var path = Path(name);
        var rtt = path.Rtt ?? options.AssumedRtt;
        var streaming = path.OutstandingSince is { } since && path.LastAlive - since > Max(options.StreamingAfter, 2 * rtt);
        var patience = streaming && path.LeastRtt is { } least
            ? Max(least * options.StallRoundTrips, path.UsualSilence * options.StallSilences)
            : Max(rtt * options.StallRoundTrips, rtt + 4 * path.RttVariation);
        return patience + options.StallFloor;
    }

    private void ClearHedges(List<PathDecision> decisions)
    {
        foreach (var path in _paths.Values.Where(p => p.Recovered))
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
        foreach (var path in _paths.Values)
        {
            if (path.SuspectSince is not { } since)
                continue;
            var bound = since + (path.Rtt ?? options.AssumedRtt) * options.StallRoundTrips + options.HedgeFloor;
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
        var lost = _active is null ? null : _paths[_active];
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
        if (_forced is null || _forced == _active || !_paths.TryGetValue(_forced, out var forced) || !forced.Usable)
            return _forced is not null && _forced == _active;
        decisions.Add(new PathDecision.Switch(_active, _forced, SwitchReason.Manual, TimeSpan.Zero, "forced"));
        _active = _forced;
        return true;
    }

    private bool LeaveRefused(List<PathDecision> decisions, TimeSpan now)
    {
        var active = _paths[_active!];
        if (active.Connected || active.ConnectFailures < 2 || !options.AutoSwitch)
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
        var active = _paths[_active!];
        if (!options.AutoSwitch)
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
        WakeAt(now + (active.Rtt ?? options.AssumedRtt) * options.StallRoundTrips + options.HedgeFloor);
        return true;
    }

    /// <summary>True while a path is suspected.</summary>
    public bool IsSuspect(string name) => _paths.TryGetValue(name, out var path) && path.SuspectSince is not null;

    private void ReturnIfStable(List<PathDecision> decisions, TimeSpan now)
    {
        if (!options.AutoSwitch || Preferred(now) is not { } better)
            return;
        var stableAt = Max(better.UsableSince + options.StabilityTime, better.HoldDownUntil);
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
        : Ranked(now).FirstOrDefault(p => p.SuspectSince is null && p.Priority < _paths[_active].Priority);

    private IEnumerable<PathRecord> Ranked(TimeSpan now) => _paths.Values
        .Where(p => p.Usable)
        .OrderBy(p => p.Name == _forced ? 0 : 1)
        .ThenBy(p => p.HoldDownUntil > now ? 1 : 0)
        .ThenBy(p => p.Priority)
        .ThenBy(p => p.Name, StringComparer.Ordinal);

    private void HoldDown(PathRecord path, TimeSpan now)
    {
        var length = options.HoldDownFirst * Math.Pow(2, Math.Min(path.Failures, 10));
        path.Failures++;
        path.HoldDownUntil = now + (length < options.HoldDownMost ? length : options.HoldDownMost);
        WakeAt(path.HoldDownUntil);
    }

    private void WakeAtHoldDownEnd(TimeSpan now)
    {
        foreach (var path in _paths.Values.Where(p => p.HoldDownUntil > now))
            WakeAt(path.HoldDownUntil);
    }

    private void WakeAt(TimeSpan at)
    {
        if (NextWakeUp is null || at < NextWakeUp)
            NextWakeUp = at;
    }

    private PathRecord Path(string name)
    {
        if (!_paths.TryGetValue(name, out var path))
            _paths[name] = path = new PathRecord(name);
        return path;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
