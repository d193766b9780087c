namespace HmacFileServer.Core.Networks;

/// <summary>What a path is, as far as preference and hard facts go.</summary>
/// <param name="Name">Tells it from all others; the interface's name where the server has one address.</param>
/// <param name="Priority">Lower is preferred.</param>
/// <param name="Usable">Up, carrier, address and a route to the server.</param>
/// <param name="Metered">Bytes cost money or are limited: aggregation leaves the path out while there is another.</param>
/// <param name="KnownRate">Bytes per second that the network gave in the past, from its profile; zero if it is not known.</param>
public readonly record struct PathFacts(string Name, int Priority, bool Usable, bool Metered = false, double KnownRate = 0)
{
    /// <summary>The local interface, whose fate all its paths share; null where that is <see cref="Name"/>.</summary>
    public string? Interface { get; init; }

    /// <summary>Which of the server's addresses the path leads to; null for the one that the server was first reached at.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Among the paths of one interface: lower is preferred.</summary>
    public int EndpointRank { get; init; }

    /// <summary>For how long a path that appears has been usable already, as its other end vouches for; zero if nobody does.</summary>
    public TimeSpan UsableFor { get; init; }
}

/// <summary>What the policy wants done; the shell does it in the order given.</summary>
/// <param name="Evidence">Why, in words and figures, for the log and the history.</param>
public abstract record PathDecision(string Evidence)
{
    /// <summary>New bytes go over <paramref name="To"/> from now on. <paramref name="From"/> may finish what it has begun, unless it was abandoned.</summary>
    /// <param name="From">The path left; null for the first.</param>
    /// <param name="To">The path taken.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="DetectedAfter">From the old path's last sign of life, or of health, to the first action; zero where it was healthy.</param>
    /// <param name="Evidence">In words.</param>
    public sealed record Switch(string? From, string To, SwitchReason Reason, TimeSpan DetectedAfter, string Evidence) : PathDecision(Evidence);

    /// <summary><paramref name="From"/> is silent: go on over <paramref name="To"/> meanwhile, take nothing from it yet.</summary>
    public sealed record Hedge(string From, string To, TimeSpan Silence, string Evidence) : PathDecision(Evidence);

    /// <summary>A false alarm: <paramref name="Path"/> answered and is active again.</summary>
    public sealed record HedgeCleared(string Path, string Evidence) : PathDecision(Evidence);

    /// <summary>Nothing more is expected of this path's connections: close them, find out what arrived.</summary>
    public sealed record Abandon(string Path, SwitchReason Reason, string Evidence) : PathDecision(Evidence);

    /// <summary><paramref name="Path"/> may be about to die: have <paramref name="Standby"/> open and know that it answers. Nothing is switched.</summary>
    public sealed record Prepare(string Path, string? Standby, double Probability, string Evidence) : PathDecision(Evidence);
}
