using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Bench.Switching;

/// <param name="Median">Milliseconds from the fault to the first byte sent elsewhere.</param>
/// <param name="Worst">The same, the longest of the runs.</param>
/// <param name="Goal">Milliseconds; null where there is none.</param>
/// <param name="Missed">Runs in which it was not found within a minute.</param>
internal sealed record DetectionResult(string Fault, double RttMilliseconds, double Median, double Worst, double? Goal, int Missed);

/// <summary>
/// How long each fault takes to be acted upon. The policy's part alone, looked at every 5 ms as the client does; what the kernel takes to
/// tell of a lost carrier is measured where there is a kernel.
/// </summary>
internal static class Detection
{
    private const int Runs = 40;

    private static readonly (string Name, double Queue, Action<VirtualLink> Break, Func<double, double>? Goal)[] Faults =
    [
        ("carrier or address lost", 20, l => l.Usable = false, _ => 20),
        ("blackhole, short queue", 20, l => l.Blackhole = true, rtt => 3 * rtt + 100),
        ("blackhole, bufferbloat of 2 s", 2000, l => l.Blackhole = true, rtt => 3 * rtt + 100),
        ("decay to a tenth", 20, l => l.Rate /= 10, null),
        ("random loss of 10 %", 20, l => l.LossPercent = 10, null),
        ("a queue of others, 1 s", 20, l => (l.ForeignMilliseconds, l.Rate) = (1000, l.Rate / 20), null),
    ];

    public static List<DetectionResult> Run(int seed) =>
    [
        .. (from fault in Faults from rtt in new[] { 4.0, 40, 200, 600 } select (fault, rtt)).ToList().AsParallel().AsOrdered().Select(s =>
        {
            var took = Enumerable.Range(0, Runs).Select(i => Once(s.fault.Queue, s.fault.Break, s.rtt, seed + i)).ToList();
            var found = took.Where(t => t is not null).Select(t => t!.Value).ToList();
            return new DetectionResult(s.fault.Name, s.rtt, Median.Of(found), found.DefaultIfEmpty(double.NaN).Max(), s.fault.Goal?.Invoke(s.rtt), took.Count(t => t is null));
        }),
    ];

    private static double? Once(double queue, Action<VirtualLink> fault, double rtt, int seed)
    {
        var random = new Random(seed);
        var options = new FailoverOptions { Quality = new QualityOptions { LatencyThreshold = TimeSpan.FromMilliseconds(Math.Max(500, 1.5 * rtt)) } };
        var eth0 = new VirtualLink("eth0", 10, new Random(seed)) { RttMilliseconds = rtt, QueueMilliseconds = queue, Rate = 2_000_000 };
        var net = new VirtualNetwork(new FailoverPolicy(options), [eth0, new VirtualLink("wlan0", 20, random) { RttMilliseconds = 20 }])
        {
            Step = TimeSpan.FromMilliseconds(5),
        };
        net.Run(TimeSpan.FromSeconds(20 + 10 * random.NextDouble()));
        // The fault falls between two looks.
        var at = net.Now + net.Step * random.NextDouble();
        fault(eth0);
        return net.RunUntil(() => net.Active == "wlan0", TimeSpan.FromMinutes(1)) ? (net.Now - at).TotalMilliseconds : null;
    }
}
