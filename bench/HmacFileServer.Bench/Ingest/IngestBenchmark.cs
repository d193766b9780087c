using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HmacFileServer.Bench.Senders;
using HmacFileServer.Bench.Servers;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Ingest;

/// <summary>
/// PUTs one large file over loopback to our server and to nginx in turn, with the same clients, and checks every stored byte of ours.
/// The order alternates, so that neither always follows the other, and what one run left in the disk's queue is written before the next.
/// </summary>
internal static class IngestBenchmark
{
    private static readonly string[] Clients = ["sendfile", "curl"];

    public static async Task<IngestReport> RunAsync(IngestOptions options, TextWriter progress)
    {
        using var temporary = options.Folder is null ? new ScratchFolder(RepositoryFolder.Root) : new ScratchFolder(options.Folder);
        var file = Path.Combine(temporary.Path, "file.bin");
        RandomFile.Write(file, options.Bytes, seed: 1);
        var digest = await DigestAsync(file);
        await using var ours = await OurPeer.StartAsync(Directory.CreateDirectory(Path.Combine(temporary.Path, "ours")).FullName);
        await using var nginx = await NginxPeer.StartAsync(Directory.CreateDirectory(Path.Combine(temporary.Path, "nginx")).FullName);
        var runs = new List<IngestRun>();
        foreach (var client in Clients)
        {
            for (var run = -1; run < options.Runs; run++) // run -1 warms up: page cache, JIT
            {
                IPeer[] order = (run & 1) == 0 ? [ours, nginx] : [nginx, ours];
                foreach (var peer in order)
                {
                    var result = await MeasureAsync(peer, client, file, options.Bytes, digest);
                    if (run < 0)
                        continue;
                    runs.Add(result);
                    await progress.WriteLineAsync(
                        $"{client,-8} run {run + 1} {peer.Name,-6} {options.Bytes / result.Seconds / 1e6,6:F0} MB/s, {result.ServerProcessorSeconds:F2} s of processor");
                }
            }
        }
        return new IngestReport(
            TimeProvider.System.GetUtcNow(), options.Bytes, options.Runs, Environment.ProcessorCount, RuntimeInformation.OSDescription,
            new DriveInfo(temporary.Path).DriveFormat, [.. Clients.Select(c => Compare(c, runs, options.Bytes))], runs);
    }

    private static async Task<IngestRun> MeasureAsync(IPeer peer, string client, string file, long bytes, string digest)
    {
        var target = peer.NewTarget(bytes);
        var before = ProcessorTime.Seconds(peer.ProcessId);
        var run = client == "curl" ? await CurlSender.SendAsync(peer.EndPoint, target, file) : LeanSender.Send(peer.EndPoint, target, file);
        var processor = ProcessorTime.Seconds(peer.ProcessId) - before;
        if (run.Status != 201)
            throw new InvalidOperationException($"{peer.Name} answered {run.Status} instead of 201.");
        if (await DigestAsync(peer.StoredFile(target)) != digest)
            throw new InvalidOperationException($"{peer.Name} stored other bytes than were sent.");
        peer.Clear();
        await ChildProcess.RunAsync("sync", ["-f", file], TimeSpan.FromMinutes(2));
        return new IngestRun(peer.Name, client, run.Seconds, processor);
    }

    private static IngestComparison Compare(string client, List<IngestRun> runs, long bytes)
    {
        double Of(string server, Func<IngestRun, double> figure) => Median.Of(runs.Where(r => r.Client == client && r.Server == server).Select(figure));
        var ours = bytes / Of("ours", r => r.Seconds) / 1e6;
        var nginx = bytes / Of("nginx", r => r.Seconds) / 1e6;
        return new IngestComparison(
            client, ours, nginx, ours / nginx, Of("ours", r => r.ServerProcessorSeconds), Of("nginx", r => r.ServerProcessorSeconds));
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
