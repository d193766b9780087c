using System.Net;
using System.Net.NetworkInformation;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Portable;
using HmacFileServer.Testing;

namespace HmacFileServer.Platform.Tests.Monitoring;

public sealed class PollingNetworkMonitorTests
{
    private static readonly MonitorOptions Options = new() { PollInterval = TimeSpan.FromSeconds(2) };
    private readonly ManualTimeProvider _clock = new();
    private readonly List<IReadOnlyList<InterfaceSnapshot>> _seen = [];
    private InterfaceSnapshot[] _present = [Interface(1, "eth0", "198.18.0.1"), Interface(2, "wlan0", "198.18.1.1")];

    [Fact]
    public async Task A_change_is_seen_at_the_next_poll_and_told_once()
    {
        await using var monitor = Start();
        var eth0 = monitor.Current[0];
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_seen);

        _present = [Interface(1, "eth0", "198.18.0.1"), Interface(2, "wlan0")];
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Empty(_seen);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var now = Assert.Single(_seen);
        Assert.Same(now, monitor.Current);
        Assert.Same(eth0, now[0]); // what did not change is the same object
        Assert.Empty(now[1].Addresses);
    }

    [Fact]
    public async Task Attention_polls_faster_until_the_last_claim_is_gone()
    {
        await using var monitor = Start();
        var first = monitor.Attend();
        var second = monitor.Attend();
        first.Dispose();
        first.Dispose(); // counts once
        _present = [];
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Single(_seen);
        second.Dispose();
        _present = [Interface(5, "wwan0")];
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_seen);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _seen.Count);
    }

    [Fact]
    public async Task A_failed_reading_is_reported_and_tried_again()
    {
        var faults = new List<Exception>();
        var broken = false;
        await using var monitor = PollingNetworkMonitor.Start(
            Options with { OnFault = faults.Add }, _clock, () => broken ? throw new NetworkInformationException(5) : _present);
        broken = true;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(faults);
        Assert.Equal(2, monitor.Current.Count);
        broken = false;
        _present = [];
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(monitor.Current);
    }

    [Fact]
    public async Task After_disposal_nothing_is_told()
    {
        var monitor = Start();
        await monitor.DisposeAsync();
        _present = [];
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_seen);
        Assert.Null(_clock.NextDue);
    }

    [Fact]
    public async Task This_devices_interfaces_can_be_read()
    {
        var loopback = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback);
        Assert.SkipWhen(loopback is null, "This device has no loopback interface.");
        await using var monitor = PollingNetworkMonitor.Start(new MonitorOptions { NamedInterfaces = [loopback.Name] }, TimeProvider.System);
        var found = monitor.Current.Single(i => i.Name == loopback.Name);
        Assert.Equal(InterfaceType.Loopback, found.Type);
        Assert.Contains(IPAddress.Loopback, found.Addresses);
        Assert.True(found.IsUsable);
        Assert.True(found.CanReach(IPAddress.Parse("127.0.0.9")));
        Assert.True(found.Index > 0);
    }

    [Fact]
    public void A_hectic_interval_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        PollingNetworkMonitor.Start(new MonitorOptions { PollInterval = TimeSpan.FromMilliseconds(5) }, _clock, () => _present));

    private PollingNetworkMonitor Start()
    {
        var monitor = PollingNetworkMonitor.Start(Options, _clock, () => _present);
        monitor.Subscribe(_seen.Add);
        return monitor;
    }

    private static InterfaceSnapshot Interface(int index, string name, params string[] addresses) =>
        new(index, name, InterfaceType.Ethernet) { IsUp = true, HasCarrier = true, Mtu = 1500, Addresses = [.. addresses.Select(IPAddress.Parse)] };
}
