using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.AdaptiveIo;

/// <summary>One way to receive.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Setting">`receive_buffer`.</param>
internal sealed record Buffering(string Name, string Setting)
{
    public static readonly IReadOnlyList<Buffering> All = [new("adaptive", "adaptive"), new("fixed 64 KB", "64KB"), new("fixed 1 MB", "1MB")];
}

/// <summary>One upload of a large file.</summary>
internal sealed record FastRun(string Buffering, double Seconds, double ServerProcessorSeconds);

/// <summary>What one way to receive came to.</summary>
/// <param name="Buffering">Its name.</param>
/// <param name="MegabytesPerSecond">Median, of the large file.</param>
/// <param name="ProcessorSeconds">Median, of the server, for the large file.</param>
/// <param name="FastPeakBytes">Resident memory at its most during the large files, above idle.</param>
/// <param name="SlowPeakBytes">The same with all the slow uploads.</param>
/// <param name="SlowFinished">How many of these were answered with 201.</param>
/// <param name="SlowProcessorSeconds">Of the server, for all of them.</param>
internal sealed record BufferingResult(
    string Buffering, double MegabytesPerSecond, double ProcessorSeconds, long FastPeakBytes, long SlowPeakBytes, int SlowFinished, double SlowProcessorSeconds);

/// <summary>What is written to bench/results.</summary>
internal sealed record AdaptiveIoReport(
    DateTimeOffset At, long Bytes, int Runs, int SlowUploads, int SlowBytesPerSecond, int SlowSeconds, int Processors, IReadOnlyList<BufferingResult> Results, IReadOnlyList<FastRun> FastRuns)
{
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"One upload of {Bytes >> 20} MiB over loopback (median of {Runs} runs, in turn), and {SlowUploads} uploads at once of {SlowBytesPerSecond} bytes a second for {SlowSeconds} s; {Processors} processors\n");
        text.Append("buffers       one fast MB/s  cpu s  MB above idle  slow: MB above idle  cpu s  finished\n");
        foreach (var r in Results)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{r.Buffering,-12}  {r.MegabytesPerSecond,13:F0}  {r.ProcessorSeconds,5:F2}  {r.FastPeakBytes / 1e6,13:F0}  {r.SlowPeakBytes / 1e6,19:F0}  {r.SlowProcessorSeconds,5:F1}  {r.SlowFinished,8}\n");
        }
        return text.ToString();
    }
}
