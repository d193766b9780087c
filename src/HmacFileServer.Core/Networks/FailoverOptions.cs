namespace HmacFileServer.Core.Networks;

/// <summary>The bounds of the failover policy. All times are durations.</summary>
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

    /// <summary>First hold-down of a path that failed by silence; doubles with each further failure.</summary>
    public TimeSpan HoldDownFirst { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan HoldDownMost { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Round-trip time assumed for a path that has not measured one.</summary>
    public TimeSpan AssumedRtt { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>`auto_switch_enabled`: when false the active path changes only by hand or when it is gone.</summary>
    public bool AutoSwitch { get; init; } = true;
}
