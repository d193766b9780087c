using System.CommandLine;
using System.Globalization;
using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Load;

/// <summary>What is written to bench/results.</summary>
/// <param name="At">When.</param>
/// <param name="Uploads">How many at once.</param>
/// <param name="BytesPerSecond">Of each.</param>
/// <param name="IdleBytes">Resident memory of the server before the first connection.</param>
/// <param name="PeakBytes">Its most while they ran.</param>
/// <param name="Finished">How many were answered with 201.</param>
/// <param name="Dropped">How many were not, with the first reason.</param>
/// <param name="FirstFailure">Why one was dropped; null if none was.</param>
/// <param name="ServerProcessorSeconds">Processor time of the server.</param>
/// <param name="Seconds">From the first byte to the last answer.</param>
/// <param name="LatestTurnMilliseconds">How late the client was at worst.</param>
internal sealed record SlowUploadsReport(
    DateTimeOffset At, int Uploads, int BytesPerSecond, long IdleBytes, long PeakBytes, int Finished, int Dropped, string? FirstFailure, double ServerProcessorSeconds, double Seconds,
    double LatestTurnMilliseconds);

/// <summary>`hfs-bench slow-uploads`: what thousands of slow uploads at once cost in memory, and whether each of them ends well.</summary>
internal static class SlowUploadsCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var uploads = new Option<int>("--uploads") { Description = "How many at once.", DefaultValueFactory = _ => 10_000 };
        var rate = new Option<int>("--rate") { Description = "Bytes a second of each.", DefaultValueFactory = _ => 2048 };
        var seconds = new Option<int>("--seconds") { Description = "How long each takes.", DefaultValueFactory = _ => 60 };
        var command = new Command("slow-uploads", "Many slow uploads at once: the server's memory above idle, and how many are dropped.") { uploads, rate, seconds };
        command.SetAction(async (parsed, _) =>
        {
            var (count, bytes, length) = (parsed.GetValue(uploads), parsed.GetValue(rate), parsed.GetValue(seconds));
            if (count < 1 || bytes < 1 || length < 1)
            {
                await Console.Error.WriteLineAsync("--uploads, --rate and --seconds must be 1 or more.");
                return 2;
            }
            var report = await RunAsync(count, bytes, length);
            await ResultFile.WriteAsync("slow-uploads", Describe(report), report);
            return 0;
        });
        return command;
    }

    private static async Task<SlowUploadsReport> RunAsync(int count, int rate, int seconds)
    {
        using var temporary = new ScratchFolder(RepositoryFolder.Root);
        await using var ours = await OurPeer.StartAsync(temporary.New("ours"));
        using (var http = new HttpClient())
            await http.GetAsync(new Uri($"http://{ours.EndPoint}/ping")); // what the first request loads is not the uploads' cost
        var idle = ResidentMemory.Bytes(ours.ProcessId);
        using var crowd = new PacedCrowd(rate, TimeSpan.FromSeconds(1));
        await crowd.ConnectAsync(ours, count, (long)rate * seconds);
        var before = ProcessorTime.Seconds(ours.ProcessId);
        var peak = idle;
        using var stop = new CancellationTokenSource(Limit, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        var second = 0;
        var latest = crowd.Run(again: false, () =>
        {
            peak = Math.Max(peak, ResidentMemory.Bytes(ours.ProcessId));
            if (++second % 10 == 0)
                Console.WriteLine(FormattableString.Invariant($"{second,4} s: {peak - idle >> 20} MiB above idle, {crowd.Uploads.Count(u => u.Failure is not null)} dropped, {crowd.Uploads.Count(u => u.Finished > 0)} finished"));
        }, stop.Token);
        var finished = crowd.Uploads.Count(u => u.Finished > 0);
        return new SlowUploadsReport(
            TimeProvider.System.GetUtcNow(), count, rate, idle, peak, finished, count - finished,
            crowd.Uploads.FirstOrDefault(u => u.Failure is not null)?.Failure ?? (finished < count ? "not answered in time" : null),
            ProcessorTime.Seconds(ours.ProcessId) - before, TimeProvider.System.GetElapsedTime(start).TotalSeconds, latest.TotalMilliseconds);
    }

    private static string Describe(SlowUploadsReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        {report.Uploads} uploads at once, {report.BytesPerSecond} bytes a second each, {report.Seconds:F0} s
        memory above idle  {(report.PeakBytes - report.IdleBytes) / 1e6:F0} MB (idle {report.IdleBytes / 1e6:F0} MB)
        dropped            {report.Dropped}{(report.FirstFailure is null ? "" : $" (one because: {report.FirstFailure})")}
        processor          {report.ServerProcessorSeconds:F1} s
        client late        {report.LatestTurnMilliseconds:F0} ms at worst

        """);
}
