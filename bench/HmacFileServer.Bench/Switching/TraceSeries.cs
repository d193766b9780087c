using HmacFileServer.Bench.Prediction;

namespace HmacFileServer.Bench.Switching;

/// <summary>What a recorded link gave to a sender that asked for all, second by second, in bytes per second.</summary>
/// <param name="RttMilliseconds">Of the kind of network; the traces with capacity have none of their own.</param>
internal sealed record TraceSeries(string Name, double RttMilliseconds, IReadOnlyList<double> Rates)
{
    private const double BytesPerMegabit = 125_000;

    /// <summary>
    /// The upload direction of every trace, and Wi-Fi. Tests of half a minute are put together to one series: between them the traces do not
    /// say what the link could have given.
    /// </summary>
    public static List<TraceSeries> ReadAll(string folder) =>
    [
        .. TraceReader.ReadAll(folder)
            .Where(run => !run.Trace.EndsWith(" down", StringComparison.Ordinal) && run.Seconds.Count > 0)
            .GroupBy(run => run.Trace)
            .Select(trace => new TraceSeries(trace.Key, Rtt(trace.Key), [.. trace.SelectMany(r => r.Seconds).Select(s => s.Rate * BytesPerMegabit)]))
            .Where(series => series.Rates.Count >= 100),
    ];

    private static double Rtt(string name) => name.StartsWith("wifi", StringComparison.Ordinal) ? 15 : 40;
}
