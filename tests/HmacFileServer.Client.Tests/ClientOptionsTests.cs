using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Client.Tests;

/// <summary>Every switch of the configuration that the client obeys reaches it, each alone.</summary>
public sealed class ClientOptionsTests
{
    private static readonly HmacFileServerOptions Default = new();

    [Fact]
    public void All_are_on_by_default()
    {
        var options = ClientOptions.From(Default);
        Assert.True(options.Resilient && options.MultiInterface && options.ChunkRetry && options.Learning && options.FollowServer && options.LossTolerantCongestionControl);
        Assert.True(options.Failover.Predictive && options.Failover.Standby && options.Failover.AutoSwitch);
    }

    [Fact]
    public void Each_can_be_switched_off_alone()
    {
        Only(Default with { NetworkResilience = new() { MultiInterfaceEnabled = false } }, o => o.MultiInterface);
        Only(Default with { NetworkResilience = new() { PredictiveSwitching = false } }, o => o.Failover.Predictive);
        Only(Default with { NetworkResilience = new() { AutoSwitchEnabled = false } }, o => o.Failover.AutoSwitch);
        Only(Default with { NetworkResilience = new() { LossTolerantCongestionControl = false } }, o => o.LossTolerantCongestionControl);
        Only(Default with { Handoff = new() { ChunkRetryOnSwitch = false } }, o => o.ChunkRetry);
        Only(Default with { Handoff = new() { SeamlessSwitching = false } }, o => o.Failover.Standby);
        Only(Default with { Handoff = new() { SwitchNotificationEnabled = false } }, o => o.FollowServer);
        Only(Default with { ClientOptimization = new() { Enabled = false } }, o => o.Learning);
    }

    [Fact]
    public void Enabled_off_follows_nobody() => Assert.False(ClientOptions.From(Default with { NetworkResilience = new() { Enabled = false } }).FollowServer);

    private static void Only(HmacFileServerOptions configuration, Func<ClientOptions, bool> flag)
    {
        var options = ClientOptions.From(configuration);
        bool[] all = [options.MultiInterface, options.Failover.Predictive, options.Failover.AutoSwitch, options.LossTolerantCongestionControl, options.ChunkRetry, options.Failover.Standby, options.FollowServer, options.Learning];
        Assert.False(flag(options));
        Assert.Single(all, on => !on);
    }
}
