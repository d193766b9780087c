using System.CommandLine;
using HmacFileServer.Bench.Load;
using HmacFileServer.Bench.Senders;
using HmacFileServer.Bench.Servers;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.AdaptiveIo;

/// <summary>`hfs-bench adaptive-io`: what it brings that receive buffers follow their connections, beside fixed ones.</summary>
internal static class AdaptiveIoCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Timed uploads of the large file with each.", DefaultValueFactory = _ => 7 };
        var size = new Option<int>("--megabytes") { Description = "Size of the large file, in MiB.", DefaultValueFactory = _ => 1024 };
        var uploads = new Option<int>("--uploads") { Description = "How many slow uploads at once.", DefaultValueFactory = _ => 2000 };
        var rate = new Option<int>("--rate") { Description = "Bytes a second of each slow upload.", DefaultValueFactory = _ => 2048 };
        var seconds = new Option<int>("--seconds") { Description = "How long each slow upload takes.", DefaultValueFactory = _ => 60 };
        var command = new Command("adaptive-io", "Receive buffers that follow the connection beside fixed ones of 64 KB and 1 MB: one fast upload, and many slow ones.") { runs, size, uploads, rate, seconds };
        command.SetAction(async (parsed, _) =>
        {
            int[] values = [parsed.GetValue(runs), parsed.GetValue(size), parsed.GetValue(uploads), parsed.GetValue(rate), parsed.GetValue(seconds)];
            if (values.Any(v => v < 1))
            {
                await Console.Error.WriteLineAsync("--runs, --megabytes, --uploads, --rate and --seconds must be 1 or more.");
                return 2;
            }
            var report = await RunAsync(values[0], (long)values[1] << 20, values[2], values[3], values[4]);
            await ResultFile.WriteAsync("adaptive-io", report.Describe(), report);
            return 0;
        });
        return command;
    }

    private static async Task<AdaptiveIoReport> RunAsync(int runs, long bytes, int uploads, int rate, int seconds)
    {
        using var temporary = new ScratchFolder(RepositoryFolder.Root);
        var file = Path.Combine(temporary.Path, "file.bin");
        RandomFile.Write(file, bytes, seed: 1);
        var (fast, fastPeaks) = await FastAsync(temporary, file, runs);
        var results = new List<BufferingResult>();
        foreach (var buffering in Buffering.All)
        {
            var own = fast.Where(r => r.Buffering == buffering.Name).ToList();
            var (peak, finished, processor) = await SlowAsync(temporary, buffering, uploads, rate, seconds);
            Console.WriteLine(FormattableString.Invariant($"{buffering.Name}: {uploads} slow uploads, {peak / 1e6:F0} MB above idle, {finished} finished"));
            results.Add(new BufferingResult(
                buffering.Name, bytes / Median.Of(own.Select(r => r.Seconds)) / 1e6, Median.Of(own.Select(r => r.ServerProcessorSeconds)), fastPeaks[buffering.Name], peak, finished, processor));
        }
        return new AdaptiveIoReport(TimeProvider.System.GetUtcNow(), bytes, runs, uploads, rate, seconds, Environment.ProcessorCount, results, fast);
    }

    /// <summary>One large file to each server in turn; the order rotates, so that none always follows the same other.</summary>
    private static async Task<(List<FastRun> Runs, Dictionary<string, long> Peaks)> FastAsync(ScratchFolder temporary, string file, int runs)
    {
        var servers = new List<OurPeer>();
        try
        {
            foreach (var buffering in Buffering.All)
                servers.Add(await StartAsync(temporary, buffering));
            var idle = servers.ToDictionary(s => s.Name, s => ResidentMemory.Bytes(s.ProcessId));
            var done = new List<FastRun>();
            for (var run = -1; run < runs; run++) // run -1 warms up: page cache, JIT
            {
                for (var i = 0; i < servers.Count; i++)
                {
                    var server = servers[(i + run + 1) % servers.Count];
                    var result = await SendAsync(server, file);
                    if (run < 0)
                        continue;
                    done.Add(result);
                    Console.WriteLine(FormattableString.Invariant($"{server.Name,-12} run {run + 1} {new FileInfo(file).Length / result.Seconds / 1e6,6:F0} MB/s, {result.ServerProcessorSeconds:F2} s of processor"));
                }
            }
            return (done, servers.ToDictionary(s => s.Name, s => ResidentMemory.PeakBytes(s.ProcessId) - idle[s.Name]));
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    private static async Task<FastRun> SendAsync(OurPeer server, string file)
    {
        var before = ProcessorTime.Seconds(server.ProcessId);
        var run = LeanSender.Send(new UploadRequest(server.EndPoint, "PUT", server.NewTarget(new FileInfo(file).Length), [("Content-Type", "application/octet-stream")], file));
        var processor = ProcessorTime.Seconds(server.ProcessId) - before;
        if (run.Status != 201)
            throw new InvalidOperationException($"{server.Name} answered {run.Status} instead of 201.");
        server.Clear();
        await ChildProcess.RunAsync("sync", ["-f", file], TimeSpan.FromMinutes(2));
        return new FastRun(server.Name, run.Seconds, processor);
    }

    private static async Task<(long PeakBytes, int Finished, double ProcessorSeconds)> SlowAsync(ScratchFolder temporary, Buffering buffering, int uploads, int rate, int seconds)
    {
        await using var server = await StartAsync(temporary, buffering);
        var idle = ResidentMemory.Bytes(server.ProcessId);
        using var crowd = new PacedCrowd(rate, TimeSpan.FromSeconds(1));
        await crowd.ConnectAsync(server, uploads, (long)rate * seconds);
        var before = ProcessorTime.Seconds(server.ProcessId);
        using var stop = new CancellationTokenSource(Limit, TimeProvider.System);
        crowd.Run(again: false, null, stop.Token);
        return (ResidentMemory.PeakBytes(server.ProcessId) - idle, crowd.Uploads.Count(u => u.Finished > 0), ProcessorTime.Seconds(server.ProcessId) - before);
    }

    private static async Task<OurPeer> StartAsync(ScratchFolder temporary, Buffering buffering)
    {
        var server = await OurPeer.StartAsync(temporary.New(buffering.Setting), buffering.Name, ("HFS_SERVER__RECEIVE_BUFFER", buffering.Setting));
        using var http = new HttpClient();
        await http.GetAsync(new Uri($"http://{server.EndPoint}/ping")); // what the first request loads is not the uploads' cost
        return server;
    }
}
