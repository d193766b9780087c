using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Bench.Quality;

/// <param name="Degradations">Times the healthy path was called degraded.</param>
/// <param name="Hedges">Times the failover policy hedged away from it.</param>
/// <param name="Switches">Times the failover policy left it.</param>
/// <param name="DecaySeconds">From the begin of a real decay (to a tenth within 10 s) to the verdict; null if it did not come within 60 s.</param>
internal sealed record QualityHoursResult(
    double KilobytesPerSecond, double RttMilliseconds, double QueueKilobytes, double Hours, int Degradations, int Hedges, int Switches, double? DecaySeconds);

/// <summary>Hours of own load in virtual time, and after them a real decay: a judge that never speaks would find no false alarm either.</summary>
internal static class QualityHours
{
    private static readonly PathFacts[] Facts = [new("eth0", 10, true), new("wwan0", 30, true)];

    public static QualityHoursResult Run(double rate, double rtt, double queue, double hours, int seed)
    {
        var load = new OwnLoad(rate, rtt, queue, new Random(seed));
        var quality = new PathQuality(new QualityOptions());
        var policy = new FailoverPolicy(new FailoverOptions());
        var now = TimeSpan.FromHours(1);
        policy.Observe(Facts, now);
        policy.Connected("eth0", TimeSpan.FromMilliseconds(rtt), now);
        policy.Connected("wwan0", TimeSpan.FromMilliseconds(60), now);
        policy.Decide(now);
        int degradations = 0, hedges = 0, switches = 0;
        var wasDegraded = false;
        for (var look = 0L; look < hours * 36_000; look++)
        {
            now += OwnLoad.Look;
            var sample = load.Next();
            quality.Observe(sample, now);
            var degraded = quality.Snapshot(now).IsDegraded;
            degradations += degraded && !wasDegraded ? 1 : 0;
            wasDegraded = degraded;
            policy.Observe("eth0", sample, now);
            foreach (var decision in policy.Decide(now))
            {
                hedges += decision is PathDecision.Hedge ? 1 : 0;
                switches += decision is PathDecision.Switch { From: "eth0" } ? 1 : 0;
            }
        }
        double? found = null;
        for (var look = 1; look <= 600 && found is null; look++)
        {
            load.Health = Math.Max(0.1, 1 - look / 100.0 * 0.9);
            now += OwnLoad.Look;
            quality.Observe(load.Next(), now);
            if (quality.Snapshot(now).IsDegraded)
                found = look / 10.0;
        }
        return new QualityHoursResult(rate / 1000, rtt, queue / 1000, hours, degradations, hedges, switches, found);
    }
}
