using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HmacFileServer.Bench.Senders;
using HmacFileServer.Bench.Servers;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Ingest;

/// <summary>
/// Brings one large file over loopback to our server and to another in turn, with the same clients, and checks every stored byte:
/// by PUT beside nginx, by tus beside @tus/server. The order alternates, so that neither always follows the other, and what one run
/// left in the disk's queue is written before the next.
/// </summary>
internal static class IngestBenchmark
{
    private static readonly string[] Clients = ["sendfile", "curl"];

    public static async Task<IngestReport> RunAsync(LargeFileOptions options, TextWriter progress)
    {
        using var temporary = options.Folder is null ? new ScratchFolder(RepositoryFolder.Root) : new ScratchFolder(options.Folder);
        var file = Path.Combine(temporary.Path, "file.bin");
        RandomFile.Write(file, options.Bytes, seed: 1);
        var digest = await DigestAsync(file);
        await using var ours = await OurPeer.StartAsync(temporary.New("ours"));
        await using var nginx = await NginxPeer.StartAsync(temporary.New("nginx"));
        await using var tus = await TusNodePeer.StartAsync(temporary.New("tus"));
        var runs = new List<IngestRun>();
        foreach (var (protocol, other) in ((IngestProtocol, Peer)[])[(IngestProtocol.Put, nginx), (IngestProtocol.Tus, tus)])
        {
            foreach (var client in Clients)
            {
                for (var run = -1; run < options.Runs; run++) // run -1 warms up: page cache, JIT
                {
                    Peer[] order = (run & 1) == 0 ? [ours, other] : [other, ours];
                    foreach (var peer in order)
                    {
                        var result = await MeasureAsync(peer, protocol, client, file, digest);
                        if (run < 0)
                            continue;
                        runs.Add(result);
                        await progress.WriteLineAsync(
                            $"{protocol.Name} {client,-8} run {run + 1} {peer.Name,-11} {options.Bytes / result.Seconds / 1e6,6:F0} MB/s, {result.ServerProcessorSeconds:F2} s of processor");
                    }
                }
            }
        }
        return new IngestReport(
            TimeProvider.System.GetUtcNow(), options.Bytes, options.Runs, Environment.ProcessorCount, RuntimeInformation.OSDescription,
            new DriveInfo(temporary.Path).DriveFormat, [.. runs.GroupBy(r => (r.Protocol, r.Client), (key, of) => Compare(key.Protocol, key.Client, [.. of], options.Bytes))], runs);
    }

    private static async Task<IngestRun> MeasureAsync(Peer peer, IngestProtocol protocol, string client, string file, string digest)
    {
        var target = peer.NewTarget(new FileInfo(file).Length);
        var (request, created) = await protocol.PrepareAsync(peer, target, file);
        var before = ProcessorTime.Seconds(peer.ProcessId);
        var run = client == "curl" ? await CurlSender.SendAsync(request) : LeanSender.Send(request);
        var processor = ProcessorTime.Seconds(peer.ProcessId) - before;
        if (run.Status != protocol.Success)
            throw new InvalidOperationException($"{peer.Name} answered {run.Status} instead of {protocol.Success}.");
        if (await DigestAsync(peer.StoredFile(target, created)) != digest)
            throw new InvalidOperationException($"{peer.Name} stored other bytes than were sent.");
        peer.Clear();
        await ChildProcess.RunAsync("sync", ["-f", file], TimeSpan.FromMinutes(2));
        return new IngestRun(peer.Name, protocol.Name, client, run.Seconds, processor);
    }

    private static IngestComparison Compare(string protocol, string client, List<IngestRun> runs, long bytes)
    {
        var other = runs.First(r => r.Server != "ours").Server;
        double Of(string server, Func<IngestRun, double> figure) => Median.Of(runs.Where(r => r.Server == server).Select(figure));
        var ours = bytes / Of("ours", r => r.Seconds) / 1e6;
        var theirs = bytes / Of(other, r => r.Seconds) / 1e6;
        return new IngestComparison(
            protocol, client, other, ours, theirs, ours / theirs, Of("ours", r => r.ServerProcessorSeconds), Of(other, r => r.ServerProcessorSeconds));
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
