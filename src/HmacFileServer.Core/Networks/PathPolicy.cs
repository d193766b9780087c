namespace HmacFileServer.Core.Networks;

/// <summary>
/// Which paths carry new bytes. Pure: it is told facts and the time, and answers with decisions and the instant at which it wants to
/// be asked again. What both policies know of paths is here; what they make of it is theirs. Not safe for use by several threads
/// at once.
/// </summary>
public abstract class PathPolicy
{
    private readonly FailoverOptions _options;

    private protected PathPolicy(FailoverOptions options) => _options = options;

    /// <summary>The paths that carry new bytes, best first; empty while there is none.</summary>
    public abstract IReadOnlyList<string> Sending { get; }

    /// <summary>When <see cref="Decide"/> wants to be called again although nothing happened; null for never.</summary>
    public TimeSpan? NextWakeUp { get; private protected set; }

    private protected Dictionary<string, PathRecord> Paths { get; } = [];

    private protected string? Forced { get; private set; }

    /// <summary>Decides on everything that was observed. Cheap: call it after each event and at <see cref="NextWakeUp"/>.</summary>
    public abstract IReadOnlyList<PathDecision> Decide(TimeSpan now);

    /// <summary>The paths that should have an open connection, best first.</summary>
    public abstract IReadOnlyList<string> WantConnected(TimeSpan now);

    /// <summary>Forces a path (`force_interface`), or lifts that with null. The override always wins while the path is usable.</summary>
    public void Force(string? name) => Forced = name;

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
            path.Metered = fact.Metered;
        }
        foreach (var path in Paths.Values)
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

    private protected IEnumerable<PathRecord> Ranked(TimeSpan now) => Paths.Values
        .Where(p => p.Usable)
        .OrderBy(p => p.Name == Forced ? 0 : 1)
        .ThenBy(p => p.HoldDownUntil > now ? 1 : 0)
        .ThenBy(p => p.Priority)
        .ThenBy(p => p.Name, StringComparer.Ordinal);

    private protected void HoldDown(PathRecord path, TimeSpan now)
    {
        var length = _options.HoldDownFirst * Math.Pow(2, Math.Min(path.Failures, 10));
        path.Failures++;
        path.HoldDownUntil = now + (length < _options.HoldDownMost ? length : _options.HoldDownMost);
        WakeAt(path.HoldDownUntil);
    }

    private protected void WakeAt(TimeSpan at)
    {
        if (NextWakeUp is null || at < NextWakeUp)
            NextWakeUp = at;
    }

    private protected PathRecord Path(string name)
    {
        if (!Paths.TryGetValue(name, out var path))
            Paths[name] = path = new PathRecord(name);
        return path;
    }

    private protected static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
