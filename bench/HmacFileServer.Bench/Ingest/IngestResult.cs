namespace HmacFileServer.Bench.Ingest;

/// <summary>One timed upload.</summary>
/// <param name="Server">`ours` or `nginx`.</param>
/// <param name="Client">`curl` or `sendfile`.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="ServerProcessorSeconds">Processor time of the server in that run.</param>
internal sealed record IngestRun(string Server, string Client, double Seconds, double ServerProcessorSeconds);

/// <summary>One client's medians.</summary>
/// <param name="Client">`curl` or `sendfile`.</param>
/// <param name="OursMegabytesPerSecond">10^6 bytes a second, SHA-256 included.</param>
/// <param name="NginxMegabytesPerSecond">10^6 bytes a second.</param>
/// <param name="RateRatio">Ours by nginx's; 1 or more is the goal.</param>
/// <param name="OursProcessorSeconds">Median processor time of our server a run.</param>
/// <param name="NginxProcessorSeconds">Median processor time of nginx a run.</param>
internal sealed record IngestComparison(
    string Client, double OursMegabytesPerSecond, double NginxMegabytesPerSecond, double RateRatio, double OursProcessorSeconds, double NginxProcessorSeconds);

/// <summary>What is written to bench/results.</summary>
internal sealed record IngestReport(
    DateTimeOffset At, long Bytes, int Runs, int Processors, string Kernel, string FileSystem, IReadOnlyList<IngestComparison> Comparisons, IReadOnlyList<IngestRun> All);
