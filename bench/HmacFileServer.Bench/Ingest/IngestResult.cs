namespace HmacFileServer.Bench.Ingest;

/// <summary>One timed upload.</summary>
/// <param name="Server">`ours`, `nginx` or `@tus/server`.</param>
/// <param name="Protocol">`put` or `tus`.</param>
/// <param name="Client">`curl` or `sendfile`.</param>
/// <param name="Seconds">Wall clock, of the request that carries the bytes.</param>
/// <param name="ServerProcessorSeconds">Processor time of the server in that run.</param>
internal sealed record IngestRun(string Server, string Protocol, string Client, double Seconds, double ServerProcessorSeconds);

/// <summary>One protocol's and client's medians.</summary>
/// <param name="Protocol">`put` or `tus`.</param>
/// <param name="Client">`curl` or `sendfile`.</param>
/// <param name="Other">Beside whom: `nginx` or `@tus/server`.</param>
/// <param name="OursMegabytesPerSecond">10^6 bytes a second, SHA-256 included.</param>
/// <param name="TheirMegabytesPerSecond">10^6 bytes a second.</param>
/// <param name="RateRatio">Ours by theirs; the goal is 1 or more beside nginx, 1.5 or more beside @tus/server.</param>
/// <param name="OursProcessorSeconds">Median processor time of our server a run.</param>
/// <param name="TheirProcessorSeconds">Median processor time of the other a run.</param>
internal sealed record IngestComparison(
    string Protocol, string Client, string Other, double OursMegabytesPerSecond, double TheirMegabytesPerSecond, double RateRatio, double OursProcessorSeconds, double TheirProcessorSeconds);

/// <summary>What is written to bench/results.</summary>
internal sealed record IngestReport(
    DateTimeOffset At, long Bytes, int Runs, int Processors, string Kernel, string FileSystem, IReadOnlyList<IngestComparison> Comparisons, IReadOnlyList<IngestRun> All);
