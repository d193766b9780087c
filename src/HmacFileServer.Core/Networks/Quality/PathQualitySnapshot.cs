namespace HmacFileServer.Core.Networks.Quality;

/// <summary>Why a path counts as degraded.</summary>
public enum DegradationCause
{
    /// <summary>It is healthy, or nothing is known of it yet.</summary>
    None,

    /// <summary>The round trip is above its threshold, and our own load does not explain it.</summary>
    Latency,

    /// <summary>Loss is above its threshold, and no queue of ours explains it.</summary>
    Loss,

    /// <summary>The score fell by more than its threshold from what is usual on this path.</summary>
    Score,
}

/// <summary>What is known of a path's quality at one instant.</summary>
public readonly record struct PathQualitySnapshot
{
    /// <summary>Smoothed round trip; null before the first measurement.</summary>
    public TimeSpan? Rtt { get; init; }

    /// <summary>Smallest round trip of the last five to ten minutes: what the empty path takes.</summary>
    public TimeSpan? MinRtt { get; init; }

    public TimeSpan RttVariation { get; init; }

    /// <summary>0 to 100, over the last ten seconds of traffic, else over the last probes.</summary>
    public double LossPercent { get; init; }

    /// <summary>
    /// 0 (unusable) to 1 (perfect): L x V x C, where L = 1 / (1 + loss% / 5), V = 1 / (1 + variation / max(minimum RTT, 20 ms)) or 1
    /// while the path delivers at its rate under load, and C = 1 - the share of the last ten seconds in which an answer was owed and none came.
    /// </summary>
    public double Stability { get; init; }

    /// <summary>Bytes per second that the path delivers when it is asked to; zero before the first measurement.</summary>
    public double Throughput { get; init; }

    /// <summary>Mean throughput of about five minutes of use, in bytes per second; zero before the first two seconds of it.</summary>
    public double UsualThroughput { get; init; }

    /// <summary>Our own bytes fill the path.</summary>
    public bool IsLoaded { get; init; }

    /// <summary>Our own load fills the path, acknowledgements arrive, and it delivers a third of its usual rate or more.</summary>
    public bool DeliversAtItsRate { get; init; }

    /// <summary>The round trip is above the minimum because of a queue that our own load made; the path is healthy.</summary>
    public bool IsSelfInduced { get; init; }

    /// <summary>0 to 1: stability, and how much of its usual rate the path delivers under load.</summary>
    public double Score { get; init; }

    /// <summary>0 to 1: share of the usual score that is lost.</summary>
    public double Degradation { get; init; }

    public DegradationCause Cause { get; init; }

    public bool IsDegraded => Cause != DegradationCause.None;

    /// <summary>Reception of the path's interface, in dBm; null where its driver does not say, or nobody asked of late.</summary>
    public int? SignalDbm { get; init; }

    /// <summary>0 to 1: how probable the predictor holds an outage within the next 2 to 5 s; null without prediction, and before five seconds of use.</summary>
    public double? OutageProbability { get; init; }

    /// <summary>Time since the path was last heard or measured; null if it never was.</summary>
    public TimeSpan? Age { get; init; }
}
