namespace HmacFileServer.Server.Hosting;

/// <summary>What connections may cost.</summary>
/// <param name="MaxConnections">Most at once; one more is closed at once. 0 for no bound.</param>
/// <param name="MinDataRate">Bytes per second that a body must have brought, on average, for as long as it was waited for. 0 for no bound.</param>
/// <param name="MinDataRateGrace">How long a body may be slower or silent at its beginning. More than a second.</param>
internal sealed record ConnectionLimits(int MaxConnections, long MinDataRate, TimeSpan MinDataRateGrace);
