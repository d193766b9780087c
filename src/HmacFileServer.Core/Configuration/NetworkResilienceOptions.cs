using HmacFileServer.Core.Configuration.Schema;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[network_resilience]`</summary>
public sealed record NetworkResilienceOptions : ICheckedSection
{
    [SwitchOption("Carry uploads across changes of the network.")]
    public bool Enabled { get; init; } = true;

    [SwitchOption("Use every interface of the device, not only that of the default route.")]
    public bool MultiInterfaceEnabled { get; init; } = true;

    /// <summary>Interfaces that are not named follow, by the priority of their type.</summary>
    [InterfaceNamesOption("Interfaces by name, the preferred one first; those not named follow by the priority of their type.")]
    public IReadOnlyList<string> InterfacePriority { get; init; } = [];

    /// <summary>Kinds that neither hardware nor name tells (a 5g modem, a satellite dish behind a cable); they win over what is detected.</summary>
    [InterfaceTypesOption("Kinds of interfaces that the system does not tell, like [\"wwan0=5g\", \"eth1=satellite\"].")]
    public IReadOnlyList<InterfaceTypeOverride> InterfaceTypes { get; init; } = [];

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

    [SwitchOption("Where a network loses packets at random, or is far away, send with a congestion control that bears it (bbr), if allowed.")]
    public bool LossTolerantCongestionControl { get; init; } = true;

    [SwitchOption("The trend of a path has clients open the next connection early; the server itself has no use for it.")]
    public bool PredictiveSwitching { get; init; } = true;

    /// <summary>Needs CAP_NET_ADMIN; Linux.</summary>
    [SwitchOption("Server: let the system's default routes follow the preferred interface. Needs CAP_NET_ADMIN; all is undone at exit.")]
    public bool ManageRoutes { get; init; }

    IEnumerable<SectionProblem> ICheckedSection.Check(Func<string, bool> isSet) => InterfaceTypes
        .GroupBy(t => t.Interface)
        .Where(g => g.Count() > 1)
        .Select(g => new SectionProblem(nameof(InterfaceTypes), $"{g.Key} is given two kinds: {string.Join(" and ", g.Select(t => t.Type.Name()))}. Keep one."));
}
