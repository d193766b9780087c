using System.CommandLine;
using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.Downloads;

/// <summary>One client's medians.</summary>
/// <param name="Client">`curl` or `truncate`.</param>
/// <param name="OursMegabytesPerSecond">10^6 bytes a second.</param>
/// <param name="NginxMegabytesPerSecond">10^6 bytes a second.</param>
/// <param name="RateRatio">Ours by nginx's; 0.7 or more is the goal.</param>
/// <param name="OursProcessorSeconds">Median processor time of our server a run.</param>
/// <param name="NginxProcessorSeconds">Median processor time of nginx a run.</param>
internal sealed record DownloadComparison(
    string Client, double OursMegabytesPerSecond, double NginxMegabytesPerSecond, double RateRatio, double OursProcessorSeconds, double NginxProcessorSeconds);

/// <summary>What is written to bench/results.</summary>
internal sealed record DownloadReport(
    DateTimeOffset At, long Bytes, int Runs, int Processors, IReadOnlyList<DownloadComparison> Comparisons, IReadOnlyList<DownloadRun> All);

/// <summary>`hfs-bench download-vs-nginx`.</summary>
internal static class DownloadCommand
{
    public static Command Create()
    {
        var file = new LargeFileArguments("Timed runs of each server with each client.");
        var command = new Command("download-vs-nginx", "GET of one large file over loopback, ours and nginx in turn.");
        file.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (file.Read(parsed) is not { } options)
                return 2;
            var all = await DownloadBenchmark.RunAsync(options, Console.Out);
            var report = new DownloadReport(
                TimeProvider.System.GetUtcNow(), options.Bytes, options.Runs, Environment.ProcessorCount,
                [.. DownloadBenchmark.Clients.Select(c => Compare(c, all, options.Bytes))], all);
            await ResultFile.WriteAsync("download-vs-nginx", Describe(report), report);
            return 0;
        });
        return command;
    }

    private static DownloadComparison Compare(string client, List<DownloadRun> runs, long bytes)
    {
        double Of(string server, Func<DownloadRun, double> figure) => Median.Of(runs.Where(r => r.Client == client && r.Server == server).Select(figure));
        var ours = bytes / Of("ours", r => r.Seconds) / 1e6;
        var nginx = bytes / Of("nginx", r => r.Seconds) / 1e6;
        return new DownloadComparison(client, ours, nginx, ours / nginx, Of("ours", r => r.ServerProcessorSeconds), Of("nginx", r => r.ServerProcessorSeconds));
    }

    private static string Describe(DownloadReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"GET of {report.Bytes >> 20} MiB over loopback, median of {report.Runs} runs, {report.Processors} processors\n");
        text.Append("client      ours MB/s  nginx MB/s  ratio  ours cpu s  nginx cpu s\n");
        foreach (var c in report.Comparisons)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{c.Client,-10}  {c.OursMegabytesPerSecond,9:F0}  {c.NginxMegabytesPerSecond,10:F0}  {c.RateRatio,5:F2}  {c.OursProcessorSeconds,10:F2}  {c.NginxProcessorSeconds,11:F2}\n");
        }
        return text.ToString();
    }
}
