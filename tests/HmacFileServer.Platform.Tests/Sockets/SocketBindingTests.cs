using System.Net;
using System.Net.Sockets;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Tests.Namespaces;

namespace HmacFileServer.Platform.Tests.Sockets;

public sealed class SocketBindingTests
{
    [Theory]
    [InlineData("by name")]
    [InlineData("by index")]
    [InlineData("by snapshot")]
    public async Task A_bound_socket_leaves_through_its_interface_against_the_routing_table(string how)
    {
        NetworkNamespace.Require();
        using var client = new NetworkNamespace();
        using var server = new NetworkNamespace();
        // The server listens on one address that is reached over both links; the table prefers eth0.
        Connect(client, server, "eth0", "198.18.1.1/24", "far0", "198.18.1.2/24");
        Connect(client, server, "wlan0", "198.18.2.1/24", "far1", "198.18.2.2/24");
        server.Do("link set lo up");
        server.Do("addr add 198.18.99.1/32 dev lo");
        client.Do("route add default via 198.18.1.2 dev eth0 metric 10");
        client.Do("route add default via 198.18.2.2 dev wlan0 metric 20");
        await using var monitor = client.Run(() => NetworkMonitor.Start(new MonitorOptions(), TimeProvider.System));
        using var attention = monitor.Attend();
        var wlan0 = (await monitor.WaitFor("wlan0", i => i is { IsUsable: true, Routes.Count: 2 }))!;
        await monitor.WaitFor("eth0", i => i is { IsUsable: true, Routes.Count: 2 });
        using var listener = server.Run(() =>
        {
            var made = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            made.Bind(new IPEndPoint(IPAddress.Parse("198.18.99.1"), 0));
            made.Listen();
            return made;
        });

        Assert.Equal("198.18.1.1", CameFrom(_ => { })); // unbound: as the table says
        Assert.Equal("198.18.2.1", CameFrom(socket =>
        {
            if (how == "by name")
                SocketBinding.Bind(socket, "wlan0");
            else if (how == "by index")
                SocketBinding.Bind(socket, wlan0.Index, wlan0.Addresses[0]);
            else
                SocketBinding.Bind(socket, wlan0, wlan0.Addresses[0]);
        }));

        // A source address alone does not choose the link: with its cable out, the bound one does not fall back to eth0.
        server.Do("link set far1 down");
        await monitor.WaitFor("wlan0", i => i is { HasCarrier: false });
        using var stuck = client.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            SocketBinding.Bind(socket, wlan0, wlan0.Addresses[0]);
            return socket;
        });
        stuck.Blocking = false;
        Assert.Throws<SocketException>(() => stuck.Connect(listener.LocalEndPoint!)); // under way, or no route
        Assert.False(listener.Poll(100_000, SelectMode.SelectRead), "the connection went over the other link");

        string CameFrom(Action<Socket> bind)
        {
            using var socket = client.Run(() =>
            {
                var made = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                bind(made);
                made.Connect(listener.LocalEndPoint!);
                return made;
            });
            using var accepted = listener.Accept();
            return ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString();
        }
    }

    [Fact]
    public void A_dual_mode_socket_takes_an_ipv4_source()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        SocketBinding.Bind(socket, LoopbackName(), IPAddress.Loopback);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Address.MapToIPv4());
    }

    [Fact]
    public void Failures_say_why()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The reasons are checked against Linux.");
        Fails(BindingFailure.NoSuchDevice, s => SocketBinding.Bind(s, "nosuch0"));
        Fails(BindingFailure.NoSuchDevice, s => SocketBinding.Bind(s, "much-too-long-for-a-name"));
        Fails(BindingFailure.NoSuchDevice, s => SocketBinding.Bind(s, "lo\0x"));
        Fails(BindingFailure.NoSuchDevice, s => SocketBinding.Bind(s, 999_999));
        var foreign = Fails(BindingFailure.AddressNotAvailable, s => SocketBinding.Bind(s, "lo", IPAddress.Parse("192.0.2.1")));
        Assert.Contains("192.0.2.1", foreign.Message, StringComparison.Ordinal);
        Fails(BindingFailure.AddressNotAvailable, s => SocketBinding.Bind(s, "lo", IPAddress.IPv6Loopback));

        static SocketBindingException Fails(BindingFailure reason, Action<Socket> bind)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var thrown = Assert.Throws<SocketBindingException>(() => bind(socket));
            Assert.Equal(reason, thrown.Reason);
            return thrown;
        }
    }

    [Fact]
    public void Without_privileges_a_bound_socket_stays_where_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rule is Linux's.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root may bind a socket again.");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketBinding.Bind(socket, "lo");
        Assert.Equal(BindingFailure.NotPermitted, Assert.Throws<SocketBindingException>(() => SocketBinding.Bind(socket, "lo")).Reason);
    }

    [Fact]
    public void An_index_is_above_zero()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<ArgumentOutOfRangeException>(() => SocketBinding.Bind(socket, 0));
    }

    [Fact]
    public void A_snapshot_of_an_interface_that_is_gone_binds_to_none_that_took_its_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems bind by index anyway.");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var gone = new InterfaceSnapshot(999_999, "lo", InterfaceType.Loopback);
        Assert.Equal(BindingFailure.NoSuchDevice, Assert.Throws<SocketBindingException>(() => SocketBinding.Bind(socket, gone)).Reason);
    }

    [Fact]
    public void Each_system_gets_its_own_encoding()
    {
        const int index = 0x01020304;
        var machine = BitConverter.GetBytes(index);
        byte[] network = [1, 2, 3, 4];
        AssertOptions(SocketPlatform.Windows, AddressFamily.InterNetwork, false, (0, 31, network));
        AssertOptions(SocketPlatform.Windows, AddressFamily.InterNetworkV6, false, (41, 31, machine));
        AssertOptions(SocketPlatform.Windows, AddressFamily.InterNetworkV6, true, (0, 31, network), (41, 31, machine));
        AssertOptions(SocketPlatform.Apple, AddressFamily.InterNetwork, false, (0, 25, machine));
        AssertOptions(SocketPlatform.Apple, AddressFamily.InterNetworkV6, true, (0, 25, machine), (41, 125, machine));
        AssertOptions(SocketPlatform.Linux, AddressFamily.InterNetworkV6, true, (1, 62, machine));
        AssertOptions(SocketPlatform.Other, AddressFamily.InterNetwork, false);

        static void AssertOptions(SocketPlatform platform, AddressFamily family, bool dual, params (int, int, byte[])[] expected) =>
            Assert.Equal(expected, DeviceBindingOption.ForIndex(platform, family, dual, index).Select(o => (o.Level, o.Name, o.Value)));
    }

    private static string LoopbackName() => OperatingSystem.IsLinux() ? "lo" : OperatingSystem.IsMacOS() ? "lo0" : "Loopback Pseudo-Interface 1";

    private static void Connect(NetworkNamespace client, NetworkNamespace server, string near, string nearAddress, string far, string farAddress)
    {
        client.Do($"link add {near} type veth peer name {far} netns {server.Name}");
        client.Do($"addr add {nearAddress} dev {near}");
        server.Do($"addr add {farAddress} dev {far}");
        client.Do($"link set {near} up");
        server.Do($"link set {far} up");
    }
}
