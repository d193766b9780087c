using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HmacFileServer.Bench.Ingest;

/// <summary>`hfs-bench ingest-vs-nginx`.</summary>
internal static class IngestCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Timed runs of each server with each client.", DefaultValueFactory = _ => 5 };
        var size = new Option<int>("--megabytes") { Description = "Size of the file, in MiB.", DefaultValueFactory = _ => 1024 };
        var folder = new Option<string?>("--folder") { Description = "Where the servers keep their files (default: artifacts/ of the checkout)." };
        var command = new Command("ingest-vs-nginx", "PUT of one large file over loopback, ours (SHA-256 included) and nginx in turn.") { runs, size, folder };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new IngestOptions(parsed.GetValue(runs), (long)parsed.GetValue(size) << 20, parsed.GetValue(folder));
            if (options.Runs < 1 || options.Bytes < 1)
            {
                await Console.Error.WriteLineAsync("--runs and --megabytes must be 1 or more.");
                return 2;
            }
            var report = await IngestBenchmark.RunAsync(options, Console.Out);
            var text = Describe(report);
            Console.Write(text);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "ingest-vs-nginx.txt"), text, cancellation);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "ingest-vs-nginx.json"), JsonSerializer.Serialize(report, Json), cancellation);
            return 0;
        });
        return command;
    }

    private static string Describe(IngestReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"PUT of {report.Bytes >> 20} MiB over loopback, median of {report.Runs} runs, {report.Processors} processors, {report.FileSystem}\n");
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
