namespace HmacFileServer.Server.Hosting;

/// <summary>What connections may cost.</summary>
/// <param name="MaxConnections">Most at once; one more is closed at once. 0 for no bound.</param>
/// <param name="MinDataRate">Bytes per second that a body must have brought, on average, for as long as it was waited for. 0 for no bound.</param>
/// <param name="MinDataRateGrace">How long a body may be slower or silent at its beginning. More than a second.</param>
internal sealed record ConnectionLimits(int MaxConnections, long MinDataRate, TimeSpan MinDataRateGrace)
{
    /// <summary>Longest request line, in bytes.</summary>
    public int MaxRequestLineSize { get; init; } = 8 * 1024;

    /// <summary>All headers of a request together, in bytes.</summary>
    public int MaxHeadersSize { get; init; } = 32 * 1024;

    /// <summary>How many headers a request may have.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>How long a request's headers may take. More than a second.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
