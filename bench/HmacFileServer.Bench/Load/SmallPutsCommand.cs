using System.CommandLine;
using System.Globalization;
using System.Text;
using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Load;

/// <summary>One server's round.</summary>
/// <param name="Server">`ours` or `nginx`.</param>
/// <param name="MedianMilliseconds">Half of the small PUTs were faster.</param>
/// <param name="P99Milliseconds">99 of 100 were faster.</param>
/// <param name="LargeFinished">Files that the uploads beside finished in the round.</param>
/// <param name="LatestTurnMilliseconds">How late the client of those was at worst.</param>
internal sealed record SmallPutsRun(string Server, double MedianMilliseconds, double P99Milliseconds, int LargeFinished, double LatestTurnMilliseconds);

/// <summary>What is written to bench/results.</summary>
internal sealed record SmallPutsReport(
    DateTimeOffset At, int Uploads, int KilobytesPerSecond, int Puts, int Rounds, double OursP99Milliseconds, double NginxP99Milliseconds, double Ratio, IReadOnlyList<SmallPutsRun> All);

/// <summary>`hfs-bench small-puts`: how long a small file takes while many large ones come in.</summary>
internal static class SmallPutsCommand
{
    private const int SmallBytes = 4096;
    private const int FileSeconds = 8; // so long a large file takes
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var uploads = new Option<int>("--uploads") { Description = "Large uploads at once.", DefaultValueFactory = _ => 200 };
        var rate = new Option<int>("--rate") { Description = "KiB a second of each large upload.", DefaultValueFactory = _ => 512 };
        var puts = new Option<int>("--puts") { Description = "Small PUTs in a round.", DefaultValueFactory = _ => 5000 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each server.", DefaultValueFactory = _ => 3 };
        var command = new Command("small-puts", "PUTs of 4 KB while 200 uploads run, ours and nginx in turn: the 99th percentile.") { uploads, rate, puts, rounds };
        command.SetAction(async (parsed, _) =>
        {
            var (count, kilobytes, small, repeat) = (parsed.GetValue(uploads), parsed.GetValue(rate), parsed.GetValue(puts), parsed.GetValue(rounds));
            if (count < 1 || kilobytes < 1 || small < 100 || repeat < 1)
            {
                await Console.Error.WriteLineAsync("--uploads, --rate and --rounds must be 1 or more, --puts 100 or more.");
                return 2;
            }
            var report = await RunAsync(count, kilobytes, small, repeat);
            await ResultFile.WriteAsync("small-puts", Describe(report), report);
            return 0;
        });
        return command;
    }

    private static async Task<SmallPutsReport> RunAsync(int uploads, int kilobytes, int puts, int rounds)
    {
        using var temporary = new ScratchFolder(RepositoryFolder.Root);
        await using var ours = await OurPeer.StartAsync(temporary.New("ours"));
        await using var nginx = await NginxPeer.StartAsync(temporary.New("nginx"));
        var runs = new List<SmallPutsRun>();
        for (var round = -1; round < rounds; round++) // round -1 warms up
        {
            Peer[] order = (round & 1) == 0 ? [ours, nginx] : [nginx, ours];
            foreach (var peer in order)
            {
                var run = await MeasureAsync(peer, uploads, kilobytes, puts);
                peer.Clear();
                if (round < 0)
                    continue;
                runs.Add(run);
                Console.WriteLine(FormattableString.Invariant(
                    $"round {round + 1} {peer.Name,-6} median {run.MedianMilliseconds:F2} ms, p99 {run.P99Milliseconds:F2} ms; {run.LargeFinished} large files, client {run.LatestTurnMilliseconds:F0} ms late at worst"));
            }
        }
        double P99(string server) => Median.Of(runs.Where(r => r.Server == server).Select(r => r.P99Milliseconds));
        return new SmallPutsReport(TimeProvider.System.GetUtcNow(), uploads, kilobytes, puts, rounds, P99("ours"), P99("nginx"), P99("ours") / P99("nginx"), runs);
    }

    private static async Task<SmallPutsRun> MeasureAsync(Peer peer, int uploads, int kilobytes, int puts)
    {
        using var crowd = new PacedCrowd(kilobytes * 1024, TimeSpan.FromMilliseconds(200));
        await crowd.ConnectAsync(peer, uploads, (long)kilobytes * 1024 * FileSeconds);
        using var stop = new CancellationTokenSource();
        var latest = TimeSpan.Zero;
        var crowding = new Thread(() => latest = crowd.Run(again: true, eachSecond: null, stop.Token)) { IsBackground = true };
        crowding.Start();
        await Task.Delay(WarmUp, TimeProvider.System);
        var times = SmallPuts.Measure(peer, SmallBytes, puts);
        await stop.CancelAsync();
        crowding.Join();
        if (crowd.Uploads.FirstOrDefault(u => u.Failure is not null) is { } failed)
            throw new InvalidOperationException($"{peer.Name} dropped a large upload: {failed.Failure}");
        Array.Sort(times);
        return new SmallPutsRun(
            peer.Name, Median.Of(times), times[(int)Math.Ceiling(0.99 * times.Length) - 1], crowd.Uploads.Sum(u => u.Finished), latest.TotalMilliseconds);
    }

    private static string Describe(SmallPutsReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"PUT of {SmallBytes} bytes on a warm connection while {report.Uploads} uploads of {report.KilobytesPerSecond} KiB/s each run, ");
        text.Append(CultureInfo.InvariantCulture, $"{report.Puts} of them in a round, median of {report.Rounds} rounds\n");
        text.Append(CultureInfo.InvariantCulture, $"p99: ours {report.OursP99Milliseconds:F2} ms, nginx {report.NginxP99Milliseconds:F2} ms, ratio {report.Ratio:F2}\n");
        return text.ToString();
    }
}
