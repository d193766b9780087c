using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[network_resilience]`</summary>
public sealed record NetworkResilienceOptions
{
    [SwitchOption("Carry uploads across changes of the network.")]
    public bool Enabled { get; init; } = true;

    [SwitchOption("Use every interface of the device, not only that of the default route.")]
    public bool MultiInterfaceEnabled { get; init; } = true;

    /// <summary>Interfaces that are not named follow, by the priority of their type.</summary>
    [InterfaceNamesOption("Interfaces by name, the preferred one first; those not named follow by the priority of their type.")]
    public IReadOnlyList<string> InterfacePriority { get; init; } = [];

    [SwitchOption("Change networks by itself; otherwise only when a network is gone, or by hand.")]
    public bool AutoSwitchEnabled { get; init; } = true;

    /// <summary>Null if none is forced.</summary>
    [InterfaceNameOption("Use only this interface whenever it is usable; empty for a choice by quality and priority.")]
    public string? ForceInterface { get; init; }

    [DurationOption("Round-trip time, beyond what our own load explains, at which a network counts as degraded.", Min = "1ms", Max = "10m")]
    public TimeSpan SwitchThresholdLatency { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>0 to 100.</summary>
    [PercentOption("Packet loss in percent at which a network counts as degraded.")]
    public double SwitchThresholdPacketLoss { get; init; } = 5.0;

    /// <summary>0 to 1.</summary>
    [NumberOption("Loss of quality, from 0 (any) to 1 (all), at which a network counts as degraded.", Min = 0, Max = 1)]
    public double QualityDegradationThreshold { get; init; } = 0.3;

    [DurationOption("How long a preferred network must have been stable before uploads return to it.", Max = "24h")]
    public TimeSpan InterfaceStabilityTime { get; init; } = TimeSpan.FromSeconds(30);

    [SwitchOption("Where a network loses packets at random, send with a congestion control that bears it (bbr), if allowed.")]
    public bool LossTolerantCongestionControl { get; init; } = true;

    [SwitchOption("Leave a network before it fails, when its trend says that it will.")]
    public bool PredictiveSwitching { get; init; } = true;
}
