using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Networks;

/// <summary>The bounds of the switching policies. All times are durations.</summary>
public sealed record FailoverOptions
{
    /// <summary>
    /// Added to the round-trip part of the stall bound, so that a scheduling hiccup of a loaded host (tens of milliseconds on
    /// two busy cores) is not taken for a dead path.
    /// </summary>
    public TimeSpan StallFloor { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Round trips without any acknowledgement, data outstanding, before a path is suspected.</summary>
    public double StallRoundTrips { get; init; } = 2;

    /// <summary>A path that has been acknowledging for this long without a pause in sending is streaming.</summary>
    public TimeSpan StreamingAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>On a streaming path: this many times the longest usual silence before it is suspected.</summary>
    public double StallSilences { get; init; } = 3;

    /// <summary>How fast an unusual silence is forgotten.</summary>
    public TimeSpan SilenceHalfLife { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A suspected path is given this long, and <see cref="StallRoundTrips"/> more, to prove itself before it is left.</summary>
    public TimeSpan HedgeFloor { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>`interface_stability_time`: how long a preferred path must have been usable before the upload returns to it.</summary>
    public TimeSpan StabilityTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First hold-down of a path that failed; doubles with each further failure. Also the least time between two changes for quality.</summary>
    public TimeSpan HoldDownFirst { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Longest hold-down; a path without a failure for this long after its last one begins again with the first.</summary>
    public TimeSpan HoldDownMost { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The thresholds at which a path counts as degraded.</summary>
    public QualityOptions Quality { get; init; } = new();

    /// <summary>
    /// How long a path must have been degraded before it is left for a better one; twice that before it is left for a metered one. Two
    /// seconds: a handover of a mobile network or a scan of a Wi-Fi card is over by then.
    /// </summary>
    public TimeSpan DegradationDwell { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A better path is better by this factor: less would be noise.</summary>
    public double BetterMargin { get; init; } = 1.25;

    /// <summary>
    /// A path of the same priority is taken while the one in use is well, if it can be expected to be faster by this factor: the mean rate of
    /// wireless links wanders by less from one five minutes to the next.
    /// </summary>
    public double FasterMargin { get; init; } = 1.25;

    /// <summary>How long it must have been expected to be.</summary>
    public TimeSpan FasterDwell { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Looks further apart than this mean that this process slept, not that the path was silent.</summary>
    public TimeSpan SleepGap { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>`seamless_switching`: a connection waits on the next-best path.</summary>
    public bool Standby { get; init; } = true;

    /// <summary>`predictive_switching`: the standby is opened and probed when the trend of the path in use is bad. It never switches by itself.</summary>
    public bool Predictive { get; init; } = true;

    /// <summary>Decisions kept in <see cref="PathPolicy.History"/>.</summary>
    public int HistoryLength { get; init; } = 256;

    /// <summary>Round-trip time assumed for a path that has not measured one.</summary>
    public TimeSpan AssumedRtt { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>`auto_switch_enabled`: when false the active path changes only by hand or when it is gone.</summary>
    public bool AutoSwitch { get; init; } = true;

    /// <summary>The bounds that a configuration gives; what it does not speak of stays at its default.</summary>
    public static FailoverOptions From(HmacFileServerOptions configuration) => From(configuration.NetworkResilience, configuration.Handoff);

    /// <summary>The bounds that these two sections give.</summary>
    public static FailoverOptions From(NetworkResilienceOptions network, HandoffOptions handoff) => new()
    {
        StabilityTime = network.InterfaceStabilityTime,
        AutoSwitch = network.Enabled && network.AutoSwitchEnabled,
        Predictive = network.Enabled && network.PredictiveSwitching,
        Standby = network.Enabled && handoff.SeamlessSwitching,
        Quality = new QualityOptions
        {
            LatencyThreshold = network.SwitchThresholdLatency,
            LossThresholdPercent = network.SwitchThresholdPacketLoss,
            DegradationThreshold = network.QualityDegradationThreshold,
        },
    };
}
