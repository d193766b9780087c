using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Bench.Switching;

/// <param name="Hours">Simulated.</param>
/// <param name="Hedges">Silences that were hedged and taken back.</param>
/// <param name="Switches">Times the healthy path was left.</param>
internal sealed record FalseSwitchesResult(double KilobytesPerSecond, double RttMilliseconds, double QueueMilliseconds, double Hours, int Hedges, int Switches);

/// <summary>A healthy path that our own upload fills, for hours, beside an idle one. Nothing ever is a reason to leave it.</summary>
internal static class FalseSwitches
{
    public static List<FalseSwitchesResult> Run(double hours, int seed)
    {
        var scenarios = (
            from rate in new[] { 250_000.0, 1_000_000, 10_000_000 }
            from rtt in new[] { 4.0, 40, 200, 600 }
            from queue in new[] { 100.0, 2000 }
            select (rate, rtt, queue)).ToList();
        return [.. scenarios.AsParallel().AsOrdered().Select((s, i) => One(s.rate, s.rtt, s.queue, hours / scenarios.Count, seed + i))];
    }

    private static FalseSwitchesResult One(double rate, double rtt, double queue, double hours, int seed)
    {
        // Above the threshold of 500 ms a path is degraded by configuration, empty as it may be.
        var options = new FailoverOptions { Quality = new QualityOptions { LatencyThreshold = TimeSpan.FromMilliseconds(Math.Max(500, 2 * rtt)) } };
        var net = new VirtualNetwork(new FailoverPolicy(options),
        [
            new VirtualLink("eth0", 10, new Random(seed)) { Rate = rate, RttMilliseconds = rtt, QueueMilliseconds = queue, QueueDropPercent = 1.5, Swing = 0.25 },
            new VirtualLink("wwan0", 30, new Random(-seed)) { RttMilliseconds = 60 },
        ])
        {
            Step = TimeSpan.FromMilliseconds(100),
        };
        net.Run(TimeSpan.FromHours(hours));
        return new FalseSwitchesResult(rate / 1000, rtt, queue, hours, net.Decisions.Count(d => d.Decision is PathDecision.Hedge), net.Switches.Count());
    }
}
