using System.Globalization;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Networks;

/// <summary>When a degraded path is left, and for which other. Pure.</summary>
internal sealed class QualityRule(FailoverOptions options)
{
    /// <summary>The path has been degraded for long enough to look for a better one.</summary>
    public bool IsDegraded(PathRecord path) => path.Health.Verdict.IsDegraded && path.Health.DegradedFor >= options.DegradationDwell;

    /// <summary>
    /// True if <paramref name="other"/> is to be preferred to a path that has been degraded: it is well itself, better by the margin in what
    /// is wrong with the other, and not known to be slower than what the degraded one still delivers. Nothing of it being known
    /// speaks for it: it answers probes, and the degraded path is known to be bad.
    /// </summary>
    public bool IsBetter(PathRecord other, PathRecord degraded)
    {
        if (other.Metered && !degraded.Metered && degraded.Health.DegradedFor < 2 * options.DegradationDwell)
            return false;
        var (here, there) = (degraded.Health.Verdict, other.Health.Verdict);
        if (there.IsDegraded || (there.UsualThroughput > 0 && there.UsualThroughput < options.BetterMargin * here.Throughput))
            return false;
        return here.Cause switch
        {
            DegradationCause.Latency => there.Rtt is not { } rtt || rtt * options.BetterMargin < here.Rtt,
            DegradationCause.Loss => there.LossPercent * options.BetterMargin < here.LossPercent,
            _ => there.Age is null || there.UsualThroughput > 0 || there.Score > here.Score * options.BetterMargin,
        };
    }

    /// <summary>The measurements that a decision rests on.</summary>
    public static string Describe(PathRecord from, PathRecord to) => $"{Describe(from)}; {Describe(to)}";

    private static string Describe(PathRecord path)
    {
        var v = path.Health.Verdict;
        if (v.Age is null)
            return $"{path.Name}: not measured yet";
        var cause = v.Cause switch
        {
            DegradationCause.Latency => "latency, ",
            DegradationCause.Loss => "loss, ",
            DegradationCause.Score => "quality fell, ",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{path.Name}: {cause}rtt {v.Rtt?.TotalMilliseconds:F0} ms, loss {v.LossPercent:F1} %, {v.Throughput / 1000:F0} of usually {v.UsualThroughput / 1000:F0} KB/s, stability {v.Stability:F2}, lost {v.Degradation * 100:F0} % of its quality");
    }
}
