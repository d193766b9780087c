namespace HmacFileServer.Core.Networks.Quality;

/// <summary>The bounds by which <see cref="PathQuality"/> judges. All times are durations.</summary>
public sealed record QualityOptions
{
    /// <summary>`switch_threshold_latency`: smoothed round trip, beyond what our own load explains, at which a path is degraded.</summary>
    public TimeSpan LatencyThreshold { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>`switch_threshold_packet_loss`, 0 to 100.</summary>
    public double LossThresholdPercent { get; init; } = 5.0;

    /// <summary>`quality_degradation_threshold`, 0 to 1: share of its usual score that a path has lost when it is degraded.</summary>
    public double DegradationThreshold { get; init; } = 0.3;

    /// <summary>
    /// A path that delivers at least this share of its recent best delivers "at its rate". Half: the rate of a wireless link that
    /// is well swings by that much from second to second.
    /// </summary>
    public double RateShare { get; init; } = 0.5;

    /// <summary>
    /// Samples further apart than this are not compared: the host slept, or the clock jumped, and what the counters did meanwhile
    /// says nothing of the path.
    /// </summary>
    public TimeSpan LongestGap { get; init; } = TimeSpan.FromSeconds(5);
}
