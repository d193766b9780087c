using HmacFileServer.Core.Networks;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Bench.Switching;

/// <param name="Kind">What flaps.</param>
/// <param name="PeriodSeconds">From one fault to the next; a tenth of it the path is bad.</param>
/// <param name="Flaps">In four hours.</param>
/// <param name="Switches">In four hours, both ways.</param>
/// <param name="FirstHour">Of those in the first hour.</param>
/// <param name="OnGoodPercent">Share of the time on a path that worked.</param>
internal sealed record FlappingResult(string Kind, double PeriodSeconds, int Flaps, int Switches, int FirstHour, double OnGoodPercent);

/// <summary>The preferred path comes and goes for four hours; the other one is well. A naive policy switches twice per flap.</summary>
internal static class Flapping
{
    private const int Hours = 4;

    private static readonly (string Name, Action<VirtualLink, bool> Set)[] Kinds =
    [
        ("carrier", (l, bad) => l.Usable = !bad),
        ("blackhole", (l, bad) => l.Blackhole = bad),
        ("loss of 15 %", (l, bad) => l.LossPercent = bad ? 15 : 0),
    ];

    public static List<FlappingResult> Run(int seed) =>
    [
        .. (from kind in Kinds from period in new[] { 2.0, 10, 36, 60, 120, 600 } select (kind, period)).ToList().AsParallel().AsOrdered()
            .Select(s => One(s.kind.Name, s.kind.Set, s.period, seed)),
    ];

    private static FlappingResult One(string name, Action<VirtualLink, bool> set, double period, int seed)
    {
        var eth0 = new VirtualLink("eth0", 10, new Random(seed)) { RttMilliseconds = 4, QueueMilliseconds = 20, Rate = 2_000_000 };
        var net = new VirtualNetwork(new FailoverPolicy(new FailoverOptions()), [eth0, new VirtualLink("wlan0", 20, new Random(-seed)) { RttMilliseconds = 20, QueueMilliseconds = 20 }])
        {
            Step = TimeSpan.FromMilliseconds(50),
        };
        var began = net.Now;
        long good = 0, all = 0;
        var flaps = 0;
        var isBad = false;
        while (net.Now - began < TimeSpan.FromHours(Hours))
        {
            isBad = !isBad;
            flaps += isBad ? 1 : 0;
            set(eth0, isBad);
            net.Run(TimeSpan.FromSeconds(isBad ? period / 10 : period * 0.9), () =>
            {
                all++;
                good += net.Active is { } active && (active != "eth0" || !isBad) ? 1 : 0;
            });
        }
        var hour = net.Decisions.Count(d => d.At - began < TimeSpan.FromHours(1) && d.Decision is PathDecision.Switch { From: not null });
        return new FlappingResult(name, period, flaps, net.Switches.Count(), hour, 100.0 * good / all);
    }
}
