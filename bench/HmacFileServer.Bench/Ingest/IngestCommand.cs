using System.CommandLine;
using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.Ingest;

/// <summary>`hfs-bench ingest`.</summary>
internal static class IngestCommand
{
    public static Command Create()
    {
        var file = new LargeFileArguments("Timed runs of each server with each client.");
        var command = new Command("ingest", "Upload of one large file over loopback, ours (SHA-256 included) in turn with nginx (PUT) and @tus/server (tus).");
        file.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (file.Read(parsed) is not { } options)
                return 2;
            var report = await IngestBenchmark.RunAsync(options, Console.Out);
            await ResultFile.WriteAsync("ingest", Describe(report), report);
            return 0;
        });
        return command;
    }

    private static string Describe(IngestReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Upload of {report.Bytes >> 20} MiB over loopback, median of {report.Runs} runs, {report.Processors} processors, {report.FileSystem}\n");
        text.Append("protocol  client    beside       ours MB/s  their MB/s  ratio  ours cpu s  their cpu s\n");
        foreach (var c in report.Comparisons)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{c.Protocol,-8}  {c.Client,-8}  {c.Other,-11}  {c.OursMegabytesPerSecond,9:F0}  {c.TheirMegabytesPerSecond,10:F0}  {c.RateRatio,5:F2}  {c.OursProcessorSeconds,10:F2}  {c.TheirProcessorSeconds,11:F2}\n");
        }
        return text.ToString();
    }
}
