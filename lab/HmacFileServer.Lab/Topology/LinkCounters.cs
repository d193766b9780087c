namespace HmacFileServer.Lab.Topology;

/// <summary>Both directions of a link.</summary>
/// <param name="Up">Client to server.</param>
/// <param name="Down">Server to client.</param>
public sealed record LinkCounters(DirectionCounters Up, DirectionCounters Down);
