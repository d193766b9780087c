using System.Net;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Tests.Namespaces;

namespace HmacFileServer.Platform.Tests.Monitoring;

/// <summary>The monitor against the kernel, in a network namespace of each test's own.</summary>
public sealed class LinuxNetworkMonitorTests
{
    private static readonly IPAddress Address = IPAddress.Parse("198.18.1.1");
    private readonly List<Exception> _faults = [];

    [Fact]
    public async Task The_first_list_is_complete_and_lab_links_have_the_kind_of_their_name()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        foreach (var (number, name) in new[] { "eth0", "wlan0", "wwan0", "ppp0", "tun0" }.Index())
            network.AddCable(name, $"peer{number}", $"198.18.{number + 1}.1/24");
        network.Do("route add default via 198.18.2.2 dev wlan0 metric 20");
        network.Do("route add default via 198.18.1.2 dev eth0 metric 10");
        await using var monitor = Start(network);

        var found = monitor.Current.Where(i => InterfaceNames.Guess(i.Name) != InterfaceType.Unknown).ToDictionary(i => i.Name, i => i.Type);
        Assert.Equal(InterfaceType.Ethernet, found["eth0"]);
        Assert.Equal(InterfaceType.Wifi, found["wlan0"]);
        Assert.Equal(InterfaceType.Lte, found["wwan0"]);
        Assert.Equal(InterfaceType.Cellular, found["ppp0"]);
        Assert.Equal(InterfaceType.Vpn, found["tun0"]);
        Assert.DoesNotContain("lo", found.Keys);
        Assert.DoesNotContain(monitor.Current, i => i.Name.StartsWith("peer", StringComparison.Ordinal)); // no address, no telling name

        var eth0 = monitor.Current.Single(i => i.Name == "eth0");
        Assert.True(eth0.IsUsable);
        Assert.Equal(1500, eth0.Mtu);
        Assert.Equal([Address], eth0.Addresses);
        Assert.Contains(new InterfaceRoute(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("198.18.1.2"), 10), eth0.Routes);
        Assert.Contains(new InterfaceRoute(IPNetwork.Parse("198.18.1.0/24"), null, 0), eth0.Routes);
        Assert.True(eth0.CanReach(IPAddress.Parse("192.0.2.1")));
        Assert.False(monitor.Current.Single(i => i.Name == "ppp0").CanReach(IPAddress.Parse("192.0.2.1")));
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_pulled_cable_and_its_return_are_seen()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far", "198.18.1.1/24");
        await using var monitor = Start(network);
        Assert.True((await monitor.WaitFor("eth0", i => i is { IsUsable: true }))!.IsUp);

        network.Do("link set far down");
        var pulled = await monitor.WaitFor("eth0", i => i is { HasCarrier: false });
        Assert.True(pulled!.IsUp);
        Assert.Equal([Address], pulled.Addresses); // the kernel keeps them

        network.Do("link set far up");
        await monitor.WaitFor("eth0", i => i is { IsUsable: true });
    }

    [Fact]
    public async Task Addresses_come_and_go_and_take_their_routes_along()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("wlan0", "far");
        await using var monitor = Start(network);
        Assert.Empty(monitor.Current.Single(i => i.Name == "wlan0").Addresses);

        network.Do("addr add 198.18.1.1/24 dev wlan0");
        await monitor.WaitFor("wlan0", i => i is { Addresses.Count: 1, Routes.Count: 1 });
        network.Do("route add default via 198.18.1.2 dev wlan0");
        await monitor.WaitFor("wlan0", i => i is { Routes.Count: 2 });

        network.Do("addr del 198.18.1.1/24 dev wlan0"); // the kernel drops the default route without a word
        var bare = await monitor.WaitFor("wlan0", i => i is { Addresses.Count: 0 });
        Assert.Empty(bare!.Routes);
    }

    [Fact]
    public async Task Ipv6_addresses_appear_once_they_are_usable_and_link_local_ones_never()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far");
        await using var monitor = Start(network);
        network.Do("addr add 2001:db8::1/64 dev eth0 nodad");
        network.Do("-6 route add default via fe80::1 dev eth0 metric 512");
        var seen = await monitor.WaitFor("eth0", i => i is { Addresses.Count: 1, Routes.Count: 2 });
        Assert.Equal(IPAddress.Parse("2001:db8::1"), seen!.Addresses[0]);
        var gateway = new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), seen.Index);
        Assert.Contains(new InterfaceRoute(IPNetwork.Parse("::/0"), gateway, 512), seen.Routes);

        network.Do("addr change 2001:db8::1/64 dev eth0 preferred_lft 0"); // deprecated from now on
        await monitor.WaitFor("eth0", i => i is { Addresses.Count: 0 });
    }

    [Fact]
    public async Task A_removed_or_replaced_route_is_seen()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far", "198.18.1.1/24");
        network.Do("route add default via 198.18.1.2 dev eth0");
        await using var monitor = Start(network);

        network.Do("route replace default via 198.18.1.3 dev eth0"); // announced as one new route
        await monitor.WaitFor("eth0", i => i is { Routes.Count: 2 } && i.Routes.Any(r => Equals(r.Gateway, IPAddress.Parse("198.18.1.3"))));
        network.Do("route del default");
        await monitor.WaitFor("eth0", i => i is { Routes.Count: 1 });
    }

    [Fact]
    public async Task A_multipath_route_belongs_to_each_of_its_interfaces()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far0", "198.18.1.1/24");
        network.AddCable("wlan0", "far1", "198.18.2.1/24");
        await using var monitor = Start(network);
        network.Do("route add default nexthop via 198.18.1.2 dev eth0 nexthop via 198.18.2.2 dev wlan0");
        await monitor.WaitFor("eth0", i => i is { Routes.Count: 2 });
        await monitor.WaitFor("wlan0", i => i is { Routes.Count: 2 });
        network.Do("link set wlan0 down");
        await monitor.WaitFor("wlan0", i => i is { IsUp: false, Routes.Count: 0 });
        await monitor.WaitFor("eth0", i => i is { Routes.Count: 2 });
    }

    [Fact]
    public async Task A_link_taken_down_loses_its_routes_at_once()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far", "198.18.1.1/24");
        network.Do("route add default via 198.18.1.2 dev eth0");
        await using var monitor = Start(network);
        network.Do("link set eth0 down");
        var down = await monitor.WaitFor("eth0", i => i is { IsUp: false });
        Assert.Empty(down!.Routes);
        Assert.False(down.IsUsable);
    }

    [Fact]
    public async Task A_rename_changes_the_kind_and_a_removal_ends_it()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.Do("link add wlan0 type veth peer name far");
        await using var monitor = Start(network);
        var index = monitor.Current.Single(i => i.Name == "wlan0").Index;

        network.Do("link set wlan0 name wwan7");
        var renamed = await monitor.WaitFor("wwan7", i => i is not null);
        Assert.Equal(index, renamed!.Index);
        Assert.Equal(InterfaceType.Lte, renamed.Type);
        Assert.DoesNotContain(monitor.Current, i => i.Name == "wlan0");

        network.Do("link del wwan7");
        await monitor.WaitFor("wwan7", i => i is null);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task Bridges_and_loopback_are_left_out_unless_named()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.Do("link add docker0 type bridge");
        network.Do("link set docker0 up");
        network.Do("addr add 198.18.9.1/24 dev docker0");
        network.Do("link set lo up");
        await using (var monitor = Start(network))
            Assert.Empty(monitor.Current);
        var options = new MonitorOptions
        {
            NamedInterfaces = ["lo"],
            TypeOverrides = new Dictionary<string, InterfaceType> { ["docker0"] = InterfaceType.Satellite },
        };
        await using var named = Start(network, options);
        Assert.Equal(["lo", "docker0"], named.Current.Select(i => i.Name));
        Assert.Equal([InterfaceType.Loopback, InterfaceType.Satellite], named.Current.Select(i => i.Type));
    }

    [Fact]
    public async Task A_subscribers_fault_is_reported_and_the_others_still_hear()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.Do("link add eth0 type veth peer name far");
        await using var monitor = Start(network);
        using var broken = monitor.Subscribe(_ => throw new InvalidOperationException("mine"));
        network.Do("link set eth0 up");
        await monitor.WaitFor("eth0", i => i is { IsUp: true });
        Assert.All(_faults, f => Assert.Equal("mine", f.Message));
        Assert.NotEmpty(_faults);
    }

    [Fact]
    public async Task After_lost_announcements_the_list_is_right_again()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far", "198.18.1.1/24");
        network.Do("link add wlan0 type veth peer name far1");
        await using var monitor = Start(network);
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using (monitor.Subscribe(_ =>
        {
            inside.Set();
            goOn.Wait(TimeSpan.FromSeconds(20));
        }))
        {
            network.Do("link set far down");
            Assert.True(inside.Wait(TimeSpan.FromSeconds(20)));
            // The monitor stands still, and this is more than its buffer holds.
            network.DoAll(Enumerable.Range(0, 12_000).Select(i => $"addr {(i % 2 == 0 ? "add" : "del")} 198.18.2.{i / 2 % 250}/32 dev wlan0"));
            network.DoAll(["link set far up", "addr add 198.18.3.1/24 dev wlan0", "link del far1"]);
            network.DoAll(["link add wwan0 type veth peer name far2", "addr add 198.18.4.1/24 dev wwan0", "link set wwan0 up"]);
            goOn.Set();
            await monitor.WaitFor("wwan0", i => i is { Addresses.Count: 1 });
        }
        await monitor.WaitFor("wlan0", i => i is null);
        await monitor.WaitFor("eth0", i => i is { IsUsable: true });
        Assert.Contains(_faults, f => f.Message.Contains("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disposal_waits_for_the_callback_that_runs_and_none_comes_after_it()
    {
        NetworkNamespace.Require();
        using var network = new NetworkNamespace();
        network.AddCable("eth0", "far", "198.18.1.1/24");
        var monitor = Start(network);
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var calls = 0;
        using var subscription = monitor.Subscribe(_ =>
        {
            Interlocked.Increment(ref calls);
            inside.Set();
            goOn.Wait(TimeSpan.FromSeconds(20));
        });
        network.Do("link set far down");
        Assert.True(inside.Wait(TimeSpan.FromSeconds(20)));
        var end = monitor.DisposeAsync();
        Assert.False(end.IsCompleted);
        var before = Volatile.Read(ref calls);
        goOn.Set();
        await end;
        network.Do("link set far up");
        Assert.Equal(before, Volatile.Read(ref calls));
        Assert.NotEmpty(monitor.Current);
        monitor.Attend().Dispose(); // harmless
        await monitor.DisposeAsync();
    }

    private INetworkMonitor Start(NetworkNamespace network, MonitorOptions? options = null) =>
        network.Run(() => NetworkMonitor.Start((options ?? new MonitorOptions()) with { OnFault = _faults.Add }, TimeProvider.System));
}
