using HmacFileServer.Core.Networks;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Bench.Switching;

/// <param name="Known">The links have profiles, learned from the first half of each trace; the second half is replayed.</param>
/// <param name="Seconds">Of the replay; the shorter trace is repeated.</param>
/// <param name="OnBetterPercent">Share of the seconds on the link that is better in that second; links within a quarter of each other are equal.</param>
/// <param name="OnLivePercent">Of the seconds in which at least one link gave a tenth of its median: share on such a one.</param>
/// <param name="OfOraclePercent">Bytes, of those of an oracle that is on the better link in every second.</param>
/// <param name="BestSinglePercent">Bytes of the better of the two links alone, of the oracle's.</param>
/// <param name="AggregatePercent">Bytes of both links together under the aggregate policy, of all that they could have carried.</param>
/// <param name="Switches">Of the failover policy.</param>
internal sealed record ReplayResult(string First, string Second, bool Known, int Seconds, double OnBetterPercent, double OnLivePercent, double OfOraclePercent,
    double BestSinglePercent, double AggregatePercent, int Switches);

/// <summary>Two recorded links, an upload that takes all it gets, and an oracle that knows the future.</summary>
internal static class Replay
{
    private const int Least = 900;
    private const int Most = 5000;

    public static List<ReplayResult> Run(string folder, int seed)
    {
        var series = TraceSeries.ReadAll(folder);
        var pairs = series.SelectMany((a, i) => series.Skip(i + 1).Select(b => (a, b))).ToList();
        return [.. new[] { false, true }.SelectMany(known => pairs.Select(p => (p.a, p.b, known))).AsParallel().AsOrdered().Select(p => Pair(p.a, p.b, p.known, seed))];
    }

    private static ReplayResult Pair(TraceSeries a, TraceSeries b, bool known, int seed)
    {
        var (learnedA, learnedB) = known ? (a.Rates.Take(a.Rates.Count / 2).Average(), b.Rates.Take(b.Rates.Count / 2).Average()) : (0.0, 0.0);
        // Both kinds of replay are over the second halves, so that they can be compared.
        a = a with { Rates = [.. a.Rates.Skip(a.Rates.Count / 2)] };
        b = b with { Rates = [.. b.Rates.Skip(b.Rates.Count / 2)] };
        var seconds = Math.Clamp(Math.Max(a.Rates.Count, b.Rates.Count), Least, Most);
        var (deadA, deadB) = (0.1 * Median.Of(a.Rates), 0.1 * Median.Of(b.Rates));
        int better = 0, live = 0, anyLive = 0;
        double oracle = 0, onlyA = 0, onlyB = 0;
        var failover = Network(new FailoverPolicy(new FailoverOptions()), a, b, learnedA, learnedB, seed);
        var aggregate = Network(new AggregatePolicy(new FailoverOptions()), a, b, learnedA, learnedB, seed);
        for (var t = 0; t < seconds; t++)
        {
            var (rateA, rateB) = (a.Rates[t % a.Rates.Count], b.Rates[t % b.Rates.Count]);
            int onA = 0, onB = 0;
            foreach (var net in new[] { failover, aggregate })
                (net["a"].Rate, net["b"].Rate) = (rateA, rateB);
            failover.Run(TimeSpan.FromSeconds(1), () => (onA, onB) = failover.Active switch { "a" => (onA + 1, onB), "b" => (onA, onB + 1), _ => (onA, onB) });
            aggregate.Run(TimeSpan.FromSeconds(1));
            var takenA = onA >= onB;
            var (here, there) = takenA ? (rateA, rateB) : (rateB, rateA);
            better += here * 1.25 >= there ? 1 : 0;
            if (rateA >= deadA || rateB >= deadB)
            {
                anyLive++;
                live += takenA ? (rateA >= deadA ? 1 : 0) : rateB >= deadB ? 1 : 0;
            }
            oracle += Math.Max(rateA, rateB);
            onlyA += rateA;
            onlyB += rateB;
        }
        var carried = failover.Links.Sum(l => l.Delivered);
        return new ReplayResult(a.Name, b.Name, known, seconds, 100.0 * better / seconds, 100.0 * live / anyLive, 100 * carried / oracle,
            100 * Math.Max(onlyA, onlyB) / oracle, 100 * aggregate.Links.Sum(l => l.Delivered) / (onlyA + onlyB), failover.Switches.Count());
    }

    /// <summary>Neither link is preferred.</summary>
    private static VirtualNetwork Network(PathPolicy policy, TraceSeries a, TraceSeries b, double knownA, double knownB, int seed) => new(policy,
    [
        new VirtualLink("a", 20, new Random(seed)) { RttMilliseconds = a.RttMilliseconds, KnownRate = knownA, QueueMilliseconds = 50, Swing = 0 },
        new VirtualLink("b", 20, new Random(-seed)) { RttMilliseconds = b.RttMilliseconds, KnownRate = knownB, QueueMilliseconds = 50, Swing = 0 },
    ])
    {
        Step = TimeSpan.FromMilliseconds(50),
    };
}
