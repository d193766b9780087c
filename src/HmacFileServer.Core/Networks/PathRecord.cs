using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Networks;

/// <summary>What a <see cref="PathPolicy"/> remembers of one path. Times are on the caller's monotonic clock.</summary>
internal sealed class PathRecord(string name, FailoverOptions options)
{
    public string Name { get; } = name;

    /// <summary>The local interface; several paths lead over one where the server has several addresses.</summary>
    public string Interface { get; set; } = name;

    /// <summary>Which of the server's addresses; null for the first.</summary>
    public string? Endpoint { get; set; }

    public int EndpointRank { get; set; }

    public int Priority { get; set; }

    public bool Usable { get; set; }

    public bool Metered { get; set; }

    /// <summary>Bytes per second that the path gave in the past; zero if that is not known.</summary>
    public double KnownRate { get; set; }

    /// <summary>Bytes per second that can be expected of the path: measured, else known; zero for a path of which nothing is known.</summary>
    public double ExpectedRate => Health.Verdict.UsualThroughput is > 0 and var usual ? usual : KnownRate;

    /// <summary>Since when the path has been expected to be faster than the one in use; null while it is not.</summary>
    public TimeSpan? FasterSince { get; set; }

    /// <summary>What is measured of the path, over all its connections.</summary>
    public PathHealth Health { get; } = new(options);

    /// <summary>The path was in use and lost its link or its silence was believed: it must be stable before it is used again.</summary>
    public bool WasLost { get; set; }

    public TimeSpan UsableSince { get; set; }

    /// <summary>A connection to the server is open on this path.</summary>
    public bool Connected { get; set; }

    /// <summary>The last time the server's host was heard over this path; null before the first.</summary>
    public TimeSpan? LastAlive { get; set; }

    /// <summary>Since when bytes have been outstanding without a break; null while none are.</summary>
    public TimeSpan? OutstandingSince { get; set; }

    public TimeSpan? Rtt { get; set; }

    public TimeSpan RttVariation { get; set; }

    /// <summary>Smallest round trip seen on the present connection: what an empty path takes.</summary>
    public TimeSpan? LeastRtt { get; set; }

    /// <summary>The longest recent silence between two acknowledgements while data was outstanding; fades with time.</summary>
    public TimeSpan UsualSilence { get; private set; }

    private TimeSpan _silenceAt;

    /// <summary>When the path was suspected; null while it is trusted.</summary>
    public TimeSpan? SuspectSince { get; set; }

    /// <summary>A suspected path was heard again; the next decision clears the hedge.</summary>
    public bool Recovered { get; set; }

    /// <summary>The connection of a suspected path ended: there is nothing left to wait for.</summary>
    public bool Lost { get; set; }

    /// <summary>Connections that ended or were refused, in a row.</summary>
    public int ConnectFailures { get; set; }

    public TimeSpan HoldDownUntil { get; set; }

    /// <summary>Hold-downs so far, as far as they are remembered: each doubles the next.</summary>
    public int Failures { get; set; }

    /// <summary>The probability of an outage that was announced; null while none is.</summary>
    public double? Alarm { get; set; }

    /// <summary>The last time the link went away under the path; null if it never did.</summary>
    public TimeSpan? LastGone { get; set; }

    /// <summary>The last time the kernel's view of the connection was taken in.</summary>
    public TimeSpan? SampledAt { get; set; }

    /// <summary>How long the path has owed an answer.</summary>
    public TimeSpan Silence(TimeSpan now)
    {
        if (OutstandingSince is not { } since)
            return TimeSpan.Zero;
        var from = LastAlive is { } alive && alive > since ? alive : since;
        return now > from ? now - from : TimeSpan.Zero;
    }

    /// <summary>Acknowledgements arrived, the last one at <paramref name="alive"/>; the one before at <see cref="LastAlive"/>.</summary>
    /// <param name="alive">When the last one arrived.</param>
    /// <param name="now">The time.</param>
    /// <param name="halfLife">After this long half of an old silence is forgotten.</param>
    public void Heard(TimeSpan alive, TimeSpan now, TimeSpan halfLife)
    {
        var sinceLook = now > _silenceAt ? now - _silenceAt : TimeSpan.Zero;
        _silenceAt = now;
        UsualSilence *= Math.Pow(0.5, sinceLook / halfLife);
        // Between two looks others may have arrived unseen: that much of the gap is not proven to be silence.
        if (LastAlive is { } before && OutstandingSince is { } since && before > since && alive - before - sinceLook > UsualSilence)
            UsualSilence = alive - before - sinceLook;
        if (LastAlive is null || alive > LastAlive)
            LastAlive = alive;
    }

    /// <summary>A new connection measures anew.</summary>
    public void Forget()
    {
        Connected = false;
        Health.Reconnected();
        SampledAt = null;
        LeastRtt = null;
        UsualSilence = TimeSpan.Zero;
        OutstandingSince = null;
        SuspectSince = null;
        Recovered = false;
        Lost = false;
    }
}
