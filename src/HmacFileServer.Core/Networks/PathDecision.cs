namespace HmacFileServer.Core.Networks;

/// <summary>What a path is, as far as preference and hard facts go.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Priority">Lower is preferred.</param>
/// <param name="Usable">Up, carrier, address and a route to the server.</param>
/// <param name="Metered">Bytes cost money or are limited: aggregation leaves the path out while there is another.</param>
public readonly record struct PathFacts(string Name, int Priority, bool Usable, bool Metered = false);

/// <summary>What the policy wants done; the shell does it in the order given.</summary>
public abstract record PathDecision
{
    /// <summary>New bytes go over <paramref name="To"/> from now on. <paramref name="From"/> may finish what it has begun, unless it was abandoned.</summary>
    /// <param name="From">The path left; null for the first.</param>
    /// <param name="To">The path taken.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="DetectedAfter">From the old path's last sign of life to the first action; zero where the old path was healthy.</param>
    /// <param name="Evidence">In words, for the log and the history.</param>
    public sealed record Switch(string? From, string To, SwitchReason Reason, TimeSpan DetectedAfter, string Evidence) : PathDecision;

    /// <summary><paramref name="From"/> is silent: go on over <paramref name="To"/> meanwhile, take nothing from it yet.</summary>
    public sealed record Hedge(string From, string To, TimeSpan Silence) : PathDecision;

    /// <summary>A false alarm: <paramref name="Path"/> answered and is active again.</summary>
    public sealed record HedgeCleared(string Path) : PathDecision;

    /// <summary>Nothing more is expected of this path's connections: close them, find out what arrived.</summary>
    public sealed record Abandon(string Path) : PathDecision;
}
