using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Networks;
using HmacFileServer.Server.Telemetry;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HmacFileServer.Server.Tests.Networks;

/// <summary>The server's own interfaces, in virtual time.</summary>
public sealed class UplinkWatchTests : IDisposable
{
    private static readonly (string, InterfaceType, string) Eth0 = ("eth0", InterfaceType.Ethernet, "198.18.1.1");
    private static readonly (string, InterfaceType, string) Wlan0 = ("wlan0", InterfaceType.Wifi, "198.18.2.1");
    private static readonly (string, InterfaceType, string) Wwan0 = ("wwan0", InterfaceType.Lte, "198.18.3.1");

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedMonitor _monitor = new();
    private readonly ServerMetrics _metrics = new();

    [Fact]
    public async Task A_lost_interface_is_left_at_once_and_taken_again_once_it_was_stable()
    {
        _monitor.Set(Eth0, Wlan0, Wwan0);
        using var watch = Watch(new NetworkResilienceOptions());
        await watch.StartAsync(default);
        Assert.Equal("eth0", watch.Uplinks[0].Name);

        var told = watch.ChangedAsync();
        _monitor.Set(Wlan0, Wwan0);
        await told;
        Assert.Equal(["wlan0", "eth0", "wwan0"], watch.Uplinks.Select(u => u.Name));
        Assert.Equal(["active", "down", "up"], watch.Uplinks.Select(u => u.State));
        var change = Assert.Single(watch.SwitchesAfter(1));
        Assert.Equal(("eth0", "wlan0", SwitchReason.InterfaceDown), (change.From, change.To, change.Reason));

        _monitor.Set(Eth0, Wlan0, Wwan0);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("wlan0", watch.Uplinks[0].Name);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("eth0", watch.Uplinks[0].Name);
        Assert.Equal(SwitchReason.BetterAlternative, watch.SwitchesAfter(2).Single().Reason);
        await watch.StopAsync(default);
    }

    [Fact]
    public async Task The_order_of_the_configuration_comes_before_the_kind_and_the_override_before_both()
    {
        _monitor.Set(Eth0, Wlan0, Wwan0);
        using var watch = Watch(new NetworkResilienceOptions { InterfacePriority = ["wwan0", "wlan0"] });
        await watch.StartAsync(default);
        Assert.Equal(["wwan0", "wlan0", "eth0"], watch.Uplinks.Select(u => u.Name));
        watch.Force("eth0");
        Assert.Equal("eth0", watch.Uplinks[0].Name);
        Assert.Equal(SwitchReason.Manual, watch.SwitchesAfter(1).Single().Reason);
        await watch.StopAsync(default);
    }

    [Fact]
    public async Task Switched_off_nothing_is_watched()
    {
        _monitor.Set(Eth0);
        using var watch = Watch(new NetworkResilienceOptions { MultiInterfaceEnabled = false });
        await watch.StartAsync(default);
        Assert.Empty(watch.Uplinks);
        await watch.StopAsync(default);
    }

    [Fact]
    public async Task Network_resilience_off_not_even_a_monitor_is_started()
    {
        using var watch = Watch(new NetworkResilienceOptions { Enabled = false }, () => throw new InvalidOperationException("started"));
        await watch.StartAsync(default);
        watch.Force("eth0");
        Assert.Empty(watch.Uplinks);
        Assert.Equal(0, watch.LastSwitch);
        await watch.StopAsync(default);
    }

    [Fact]
    public async Task Auto_switch_off_only_a_lost_interface_is_left()
    {
        _monitor.Set(Eth0, Wlan0);
        using var watch = Watch(new NetworkResilienceOptions { AutoSwitchEnabled = false });
        await watch.StartAsync(default);
        _monitor.Set(Wlan0);
        Assert.Equal("wlan0", watch.Uplinks[0].Name);
        _monitor.Set(Eth0, Wlan0);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("wlan0", watch.Uplinks[0].Name);
        await watch.StopAsync(default);
    }

    public void Dispose() => _metrics.Dispose();

    private UplinkWatch Watch(NetworkResilienceOptions options, Func<INetworkMonitor>? start = null) =>
        new(new ServerSettings("/", new UploadLimits { MaxUploadSize = 1, SessionTimeout = TimeSpan.FromHours(1) }, new SlotSecrets("secret")) { NetworkResilience = options }, start ?? (() => _monitor), _clock, _metrics, NullLogger<UplinkWatch>.Instance);
}
