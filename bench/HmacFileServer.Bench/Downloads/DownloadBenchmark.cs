using System.Security.Cryptography;
using HmacFileServer.Bench.Ingest;
using HmacFileServer.Bench.Senders;
using HmacFileServer.Bench.Servers;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Downloads;

/// <summary>One timed download.</summary>
/// <param name="Server">`ours` or `nginx`.</param>
/// <param name="Client">`curl` or `truncate`.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="ServerProcessorSeconds">Processor time of the server in that run.</param>
internal sealed record DownloadRun(string Server, string Client, double Seconds, double ServerProcessorSeconds);

/// <summary>GETs one large file over loopback from our server and from nginx in turn; what the first, untimed, run brings is compared byte by byte.</summary>
internal static class DownloadBenchmark
{
    public static readonly string[] Clients = ["truncate", "curl"];

    public static async Task<List<DownloadRun>> RunAsync(LargeFileOptions options, TextWriter progress)
    {
        var bytes = options.Bytes;
        using var temporary = new ScratchFolder(options.Folder ?? RepositoryFolder.Root);
        var file = Path.Combine(temporary.Path, "file.bin");
        RandomFile.Write(file, bytes, seed: 1);
        await using var ours = await OurPeer.StartAsync(temporary.New("ours"));
        await using var nginx = await NginxPeer.StartAsync(temporary.New("nginx"));
        var targets = new Dictionary<Peer, string>();
        foreach (var peer in (Peer[])[ours, nginx])
        {
            var target = peer.NewTarget(bytes);
            var (request, _) = await IngestProtocol.Put.PrepareAsync(peer, target, file);
            if (LeanSender.Send(request).Status != 201)
                throw new InvalidOperationException($"{peer.Name} did not take the file.");
            targets[peer] = target.Split('?')[0];
            await CompareAsync(peer, targets[peer], file);
        }
        await ChildProcess.RunAsync("sync", ["-f", file], TimeSpan.FromMinutes(2));
        var results = new List<DownloadRun>();
        foreach (var client in Clients)
        {
            for (var run = -1; run < options.Runs; run++)
            {
                Peer[] order = (run & 1) == 0 ? [ours, nginx] : [nginx, ours];
                foreach (var peer in order)
                {
                    var before = ProcessorTime.Seconds(peer.ProcessId);
                    var seconds = client == "curl"
                        ? await CurlReceiver.ReceiveAsync(peer.EndPoint, targets[peer])
                        : LeanReceiver.Receive(peer.EndPoint, targets[peer], bytes);
                    if (run < 0)
                        continue;
                    var result = new DownloadRun(peer.Name, client, seconds, ProcessorTime.Seconds(peer.ProcessId) - before);
                    results.Add(result);
                    await progress.WriteLineAsync($"{client,-8} run {run + 1} {peer.Name,-6} {bytes / seconds / 1e6,6:F0} MB/s, {result.ServerProcessorSeconds:F2} s of processor");
                }
            }
        }
        return results;
    }

    private static async Task CompareAsync(Peer peer, string target, string file)
    {
        using var http = new HttpClient();
        await using var body = await http.GetStreamAsync(new Uri($"http://{peer.EndPoint}{target}"));
        await using var sent = File.OpenRead(file);
        var (got, expected) = (await SHA256.HashDataAsync(body), await SHA256.HashDataAsync(sent));
        if (!got.AsSpan().SequenceEqual(expected))
            throw new InvalidOperationException($"{peer.Name} gave other bytes than it got.");
    }
}
