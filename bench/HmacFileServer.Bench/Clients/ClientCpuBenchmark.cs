using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HmacFileServer.Bench.Servers;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Clients;

/// <summary>
/// `curl -T` and `hfs put` bring the same file over loopback to the same server, in turn, at a bounded rate and unbounded; what counts is the
/// processor time of the client. Every stored byte is compared.
/// </summary>
internal static class ClientCpuBenchmark
{
    /// <summary>1 Gbit/s, in bytes.</summary>
    public const long Gigabit = 125_000_000;

    public const string Curl = "curl";
    public const string Hfs = "hfs";
    public const string Sha256 = "hfs --checksum sha256";
    public const string Bare = "hfs --checksum none";

    public static readonly string[] Clients = [Curl, Hfs, Sha256, Bare];

    /// <param name="options">Runs, length and folder.</param>
    /// <param name="program">Which `hfs`.</param>
    /// <param name="progress">Is told of each run.</param>
    public static async Task<ClientCpuReport> RunAsync(LargeFileOptions options, string program, TextWriter progress)
    {
        using var temporary = new ScratchFolder(options.Folder ?? RepositoryFolder.Root);
        var file = Path.Combine(temporary.Path, "file.bin");
        RandomFile.Write(file, options.Bytes, seed: 1);
        var (digest, digestSeconds) = Digest(file);
        var secret = Path.Combine(temporary.Path, "secret");
        await File.WriteAllTextAsync(secret, OurPeer.Secret);
        var environment = new Dictionary<string, string> { ["HFS_STATE"] = temporary.New("state") };
        await using var server = await OurPeer.StartAsync(temporary.New("server"));
        var runs = new List<ClientCpuRun>();
        foreach (var rate in (long?[])[Gigabit, null])
        {
            for (var run = -1; run < options.Runs; run++) // run -1 warms up: page cache, JIT of the server
            {
                foreach (var client in (run & 1) == 0 ? Clients : Clients.Reverse())
                {
                    var cost = await UploadAsync(client);
                    if (run < 0)
                        continue;
                    runs.Add(new ClientCpuRun(client, rate, cost));
                    await progress.WriteLineAsync(
                        $"{(rate is null ? "unbounded" : "1 Gbit/s"),-9} run {run + 1} {client,-17} {cost.Processor:F3} s of processor ({cost.User:F3} + {cost.System:F3}) in {cost.Elapsed:F2} s");
                }
            }

            async Task<ClientCost> UploadAsync(string client)
            {
                var bound = rate?.ToString(CultureInfo.InvariantCulture);
                var target = server.NewTarget(options.Bytes);
                var cost = client == Curl
                    ? await ClientCost.OfAsync(Curl, ["-sS", "-f", "-H", "Expect:", "-o", "/dev/null", .. (bound is null ? (string[])[] : ["--limit-rate", bound]), "-T", file, $"http://{server.EndPoint}{target}"])
                    : await ClientCost.OfAsync(program, ["put", file, $"http://{server.EndPoint}/", "--secret-file", secret, "--quiet", .. client.Split(' ')[1..], .. (bound is null ? (string[])[] : ["--bwlimit", bound])], environment);
                var stored = Directory.GetFiles(server.Files, "file.bin", SearchOption.AllDirectories).Single();
                if (Digest(stored).Text != digest)
                    throw new InvalidOperationException($"What {client} uploaded is not what was stored.");
                server.Clear();
                await ChildProcess.RunAsync("sync", ["-f", file], TimeSpan.FromMinutes(2));
                return cost;
            }
        }
        return new ClientCpuReport(TimeProvider.System.GetUtcNow(), options.Bytes, options.Runs, Environment.ProcessorCount, RuntimeInformation.OSDescription,
            DescribeProgram(program), digestSeconds, runs);
    }

    private static (string Text, double ProcessorSeconds) Digest(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path);
        var buffer = new byte[256 * 1024];
        var before = Environment.CpuUsage.TotalTime;
        for (long at = 0; RandomAccess.Read(file, buffer, at) is > 0 and var read; at += read)
            hash.AppendData(buffer, 0, read);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    /// <summary>How it was made: eng/publish-client leaves one file of native code, a build the assemblies of a .NET program.</summary>
    private static string DescribeProgram(string program) =>
        !File.Exists(program + ".dll") ? "native code" : new FileInfo(program + ".dll").Length > 200_000 ? "precompiled" : "as built";
}
