namespace HmacFileServer.Testing.Kills;

/// <summary>What a <see cref="KillRun"/> does.</summary>
/// <param name="Program">The server program.</param>
/// <param name="DataPath">The server's data folder, which outlives every one of its processes.</param>
/// <param name="Rounds">How often the server is killed; at least 1.</param>
/// <param name="Seed">Of all choices that are not the scheduler's.</param>
public sealed record KillOptions(string Program, string DataPath, int Rounds, int Seed)
{
    /// <summary>`process` or `power`: what the server is configured with. A kill tells the two apart in nothing but speed.</summary>
    public string Durability { get; init; } = "process";

    /// <summary>Told every hundred rounds how far it is.</summary>
    public Action<KillResult>? Progress { get; init; }
}
