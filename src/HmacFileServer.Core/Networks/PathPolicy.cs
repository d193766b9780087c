using System.Globalization;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Networks;

/// <summary>
/// Which paths carry new bytes. Pure: it is told facts and the time, and answers with decisions and the instant at which it wants to
/// be asked again. What both policies know of paths is here; what they make of it is theirs. Not safe for use by several threads
/// at once.
/// </summary>
public abstract class PathPolicy
{
    private readonly FailoverOptions _options;
    private TimeSpan _clock;

    private protected PathPolicy(FailoverOptions options)
    {
        _options = options;
        Rule = new QualityRule(options);
        History = new DecisionHistory(options.HistoryLength);
    }

    /// <summary>The paths that carry new bytes, best first; empty while there is none.</summary>
    public abstract IReadOnlyList<string> Sending { get; }

    /// <summary>When <see cref="Decide"/> wants to be called again although nothing happened; null for never.</summary>
    public TimeSpan? NextWakeUp { get; private protected set; }

    private protected Dictionary<string, PathRecord> Paths { get; } = [];

    private protected QualityRule Rule { get; }

    /// <summary>The path that a person or the configuration has forced; null for none.</summary>
    public string? Forced { get; private set; }

    /// <summary>What was decided of late, and why.</summary>
    public DecisionHistory History { get; }

    /// <summary>Decides on everything that was observed. Cheap: call it after each event and at <see cref="NextWakeUp"/>.</summary>
    public IReadOnlyList<PathDecision> Decide(TimeSpan now)
    {
        CheckClock(now);
        NextWakeUp = null;
        var decisions = new List<PathDecision>();
        foreach (var path in Paths.Values)
        {
            path.Health.Update(now);
            if (path.Health.DegradedSince is not null)
                WakeAt(now + _options.DegradationDwell / 4);
        }
        Choose(decisions, now);
        Prepare(decisions, now);
        foreach (var decision in decisions)
            History.Add(now, decision);
        return decisions;
    }

    /// <summary>What is known of a path's quality; null for a path that was never seen.</summary>
    public PathQualitySnapshot? Quality(string name, TimeSpan now) => Paths.TryGetValue(name, out var path) ? path.Health.Snapshot(now) : null;

    /// <summary>True while the standby of a path that may be about to die should be open and known to answer.</summary>
    public bool IsAlarmed => Paths.Values.Any(p => p.Alarm is not null);

    private protected abstract void Choose(List<PathDecision> decisions, TimeSpan now);

    /// <summary>The paths that should have an open connection, best first.</summary>
    public abstract IReadOnlyList<string> WantConnected(TimeSpan now);

    /// <summary>Forces a path (`force_interface`), or lifts that with null. The override always wins while the path is usable.</summary>
    public void Force(string? name) => Forced = name;

    /// <summary>Takes in what the system says of the interfaces. A path that is no longer listed is gone.</summary>
    public void Observe(IEnumerable<PathFacts> facts, TimeSpan now)
    {
        CheckClock(now);
        var seen = new HashSet<string>();
        foreach (var fact in facts)
        {
            seen.Add(fact.Name);
            var path = Path(fact.Name);
            path.Priority = fact.Priority;
            path.Metered = fact.Metered;
            path.KnownRate = fact.KnownRate;
            (path.Interface, path.Endpoint, path.EndpointRank) = (fact.Interface ?? fact.Name, fact.Endpoint, fact.EndpointRank);
            if (fact.Usable && !path.Usable)
                (path.UsableSince, path.ConnectFailures) = (now - fact.UsableFor, 0);
            else if (path.Usable && !fact.Usable)
                Gone(path, now);
            path.Usable = fact.Usable;
        }
        foreach (var path in Paths.Values)
        {
            if (seen.Contains(path.Name) || !path.Usable)
                continue;
            path.Usable = false;
            Gone(path, now);
        }
    }

    /// <summary>Takes in what the kernel says of the connection that is in use on a path.</summary>
    public void Observe(string name, in TcpSample sample, TimeSpan now)
    {
        CheckClock(now);
        var path = Path(name);
        path.Health.Observe(sample, now);
        // This process slept, or was not given the processor: what the path did meanwhile was not seen. Its silence counts from here.
        if (path.SampledAt is { } sampled && now - sampled > _options.SleepGap && path.OutstandingSince is not null)
            path.OutstandingSince = now;
        path.SampledAt = now;
        if (sample.Rtt > TimeSpan.Zero)
        {
            path.Rtt = sample.Rtt;
            path.RttVariation = sample.RttVariation;
            var least = sample.MinRtt > TimeSpan.Zero ? sample.MinRtt : sample.Rtt;
            path.LeastRtt = path.LeastRtt is { } known && known < least ? known : least;
        }
        path.Heard(now - sample.SinceLastAck, now, _options.SilenceHalfLife);
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

    /// <summary>
    /// Takes in how well the path's interface receives. It is a sign for the prediction and for people; no path is left for a weak signal alone.
    /// </summary>
    /// <param name="name">The path.</param>
    /// <param name="dbm">Signal strength in dBm, some -30 (near) to -90 (lost); about once a second.</param>
    /// <param name="now">The time.</param>
    public void ObserveSignal(string name, int dbm, TimeSpan now) => Path(name).Health.HearSignal(dbm, now);

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
        if (path.SuspectSince is not null)
            (path.SuspectSince, path.Recovered) = (null, true);
        if (rtt is { } measured)
            path.Health.Probed(measured, now);
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
        if (path.SuspectSince is not null)
        {
            path.Lost = true;
            return;
        }
        path.Health.Probed(null, now);
        path.Forget();
        path.ConnectFailures = Math.Max(2, path.ConnectFailures + 1);
        HoldDown(path, now);
    }

    /// <summary>
    /// The silence at which a path is suspected. A path that has been streaming acknowledges all the time, however long its queue
    /// (our own, most likely) has made the round trip: there a silence is measured against the silences that are usual on it. Else,
    /// against the round trip.
    /// </summary>
    public TimeSpan StallBound(string name, TimeSpan now)
    {
        var path = Path(name);
        var rtt = path.Rtt ?? _options.AssumedRtt;
        var streaming = path.OutstandingSince is { } since && path.LastAlive - since > Max(_options.StreamingAfter, 2 * rtt);
        var patience = streaming && path.LeastRtt is { } least
            ? Max(least * _options.StallRoundTrips, path.UsualSilence * _options.StallSilences)
            : Max(rtt * _options.StallRoundTrips, rtt + 4 * path.RttVariation);
        return patience + _options.StallFloor;
    }

    /// <summary>True while a path is suspected.</summary>
    public bool IsSuspect(string name) => Paths.TryGetValue(name, out var path) && path.SuspectSince is not null;

    /// <summary>
    /// The usable paths, the best first. Every rule asks for them, at every look: sorting by a chain of keys was a third of what a look cost.
    /// </summary>
    private protected PathRecord[] Ranked(TimeSpan now)
    {
        PathRecord[] ranked = [.. Paths.Values.Where(p => p.Usable)];
        if (ranked.Length > 1)
            Array.Sort(ranked, (a, b) => Compare(a, b, now));
        return ranked;
    }

    /// <summary>Negative if the first is the better one. No two paths are equal: their names differ.</summary>
    private int Compare(PathRecord a, PathRecord b, TimeSpan now)
    {
        var difference = Last(IsForced(b), IsForced(a));
        if (difference == 0)
            difference = Last(a.HoldDownUntil > now, b.HoldDownUntil > now);
        if (difference == 0)
            difference = Last(IsRefused(a), IsRefused(b));
        if (difference == 0)
            difference = Last(a.Health.Verdict.IsDegraded, b.Health.Verdict.IsDegraded);
        if (difference == 0)
            difference = a.Priority.CompareTo(b.Priority);
        if (difference == 0)
            difference = a.EndpointRank.CompareTo(b.EndpointRank);
        if (difference == 0)
            difference = b.ExpectedRate.CompareTo(a.ExpectedRate);
        return difference != 0 ? difference : string.CompareOrdinal(a.Name, b.Name);

        static int Last(bool a, bool b) => a.CompareTo(b);
        static bool IsRefused(PathRecord path) => !path.Connected && path.ConnectFailures > 1;
    }

    /// <summary>A person or the configuration forces this path, by its own name or its interface's.</summary>
    private protected bool IsForced(PathRecord path) => Forced is not null && (path.Interface == Forced || path.Name == Forced);

    /// <summary>An override binds to its interface: from there only to another address of the server over the same one.</summary>
    private protected bool MayLeaveFor(PathRecord from, PathRecord to) => !IsForced(from) || IsForced(to);

    /// <summary>
    /// How much two paths have in common, 0 to 2: the interface and the server's address. What has silenced one is likely to be in what
    /// it shares with others.
    /// </summary>
    private protected static int Shared(PathRecord one, PathRecord other) => (one.Interface == other.Interface ? 1 : 0) + (one.Endpoint == other.Endpoint ? 1 : 0);

    /// <summary>
    /// Whether a silent path may be left for this one. That the server has a further address is what it says; that the address leads
    /// there from here is known once it was reached, or is tried when everything else has failed for a while.
    /// </summary>
    private protected static bool IsProven(PathRecord path, TimeSpan silence, TimeSpan bound) => path.Endpoint is null || path.Connected || silence > bound + LastResort;

    /// <summary>Where nothing else is known to lead to the server, a silent path is given this much more before the unlikely is tried.</summary>
    private protected static readonly TimeSpan LastResort = TimeSpan.FromSeconds(2);

    /// <summary>When a path that was left may be used again although another one works.</summary>
    private protected TimeSpan StableAt(PathRecord path)
    {
        var at = Max(path.HoldDownUntil, path.UsableSince + _options.StabilityTime);
        if (path.Health.LastDegraded is not { } bad)
            return at;
        // Probes see little of what is wrong under load: each return that failed makes the next wait twice as long.
        var patience = _options.StabilityTime * Math.Pow(2, Math.Clamp(path.Failures - 1, 0, 10));
        var most = Max(_options.HoldDownMost, _options.StabilityTime);
        return Max(at, bad + (patience < most ? patience : most));
    }

    /// <summary>
    /// The path is not to be used for a while. Each failure doubles that, except one inside a hold-down, which begins it anew: the
    /// flaps of one bad minute are one failure.
    /// </summary>
    private protected void HoldDown(PathRecord path, TimeSpan now)
    {
        if (now - path.HoldDownUntil > _options.HoldDownMost)
            path.Failures = 0;
        if (path.HoldDownUntil <= now || path.Failures == 0)
            path.Failures++;
        var length = _options.HoldDownFirst * Math.Pow(2, Math.Min(path.Failures - 1, 10));
        path.HoldDownUntil = now + (length < _options.HoldDownMost ? length : _options.HoldDownMost);
        WakeAt(path.HoldDownUntil);
    }

    /// <summary>How long a suspected path is given to prove itself.</summary>
    private protected TimeSpan Patience(PathRecord path) => (path.Rtt ?? _options.AssumedRtt) * _options.StallRoundTrips + _options.HedgeFloor;

    private protected static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms");

    /// <summary>A link that goes away once was unplugged; one that does so again and again is held down longer each time.</summary>
    private void Gone(PathRecord path, TimeSpan now)
    {
        if (path.LastGone is { } before && now - before <= _options.HoldDownMost)
            HoldDown(path, now);
        path.LastGone = now;
    }

    /// <summary>A monotonic clock does not; a broken one must not hold a path down for hours.</summary>
    private void CheckClock(TimeSpan now)
    {
        var before = _clock;
        _clock = now;
        if (now >= before)
            return;
        foreach (var path in Paths.Values)
        {
            path.HoldDownUntil = path.HoldDownUntil > now ? now : path.HoldDownUntil;
            path.UsableSince = path.UsableSince > now ? now : path.UsableSince;
            path.LastAlive = path.LastAlive > now ? now : path.LastAlive;
            path.OutstandingSince = path.OutstandingSince is null ? null : now;
            path.SuspectSince = path.SuspectSince > now ? now : path.SuspectSince;
            path.LastGone = path.LastGone > now ? now : path.LastGone;
            path.Health.ClockWentBack();
        }
    }

    private void Prepare(List<PathDecision> decisions, TimeSpan now)
    {
        foreach (var path in Paths.Values)
        {
            var alarm = Sending.Contains(path.Name) ? path.Health.Alarm : null;
            if (alarm is { } probability && path.Alarm is null)
            {
                var standby = Ranked(now).FirstOrDefault(p => p != path && p.SuspectSince is null && !Sending.Contains(p.Name))?.Name;
                var signal = path.Health.Signal(now) is { } dbm ? string.Create(CultureInfo.InvariantCulture, $", signal {dbm} dBm") : "";
                decisions.Add(new PathDecision.Prepare(path.Name, standby, probability,
                    string.Create(CultureInfo.InvariantCulture, $"an outage within 5 s has a probability of {probability * 100:F0} %{signal}")));
            }
            path.Alarm = alarm;
        }
    }

    private protected void WakeAt(TimeSpan at)
    {
        if (NextWakeUp is null || at < NextWakeUp)
            NextWakeUp = at;
    }

    private protected PathRecord Path(string name)
    {
        if (!Paths.TryGetValue(name, out var path))
            Paths[name] = path = new PathRecord(name, _options);
        return path;
    }

    private protected static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
