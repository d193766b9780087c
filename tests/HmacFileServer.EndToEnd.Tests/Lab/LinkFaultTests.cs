using System.Diagnostics;
using System.Net.Sockets;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>Every way to lose a link does what it says, and nothing else.</summary>
[Collection(NetworkLabCollection.Name)]
public sealed class LinkFaultTests
{
    [Fact]
    public async Task A_pulled_cable_is_told_by_the_kernel_at_once_and_again_when_plugged()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0", "wlan0");
        var monitor = lab.Client.Start(new ProcessStartInfo("ip", ["-o", "monitor", "link"]) { RedirectStandardOutput = true });
        await WaitUntilListeningAsync(lab, monitor);

        var pulled = await lab.Link("eth0").PullCableAsync();
        var line = await NextAsync(monitor, l => l.Contains("eth0", StringComparison.Ordinal) && l.Contains("NO-CARRIER", StringComparison.Ordinal));
        Assert.Contains("UP", line, StringComparison.Ordinal); // still up administratively
        // A millisecond or two, and as much again for the monitor; without care for interface numbers it would be up to a second.
        Assert.InRange(TimeProvider.System.GetElapsedTime(pulled).TotalMilliseconds, 0, 100);
        Assert.Equal("0", await CarrierAsync(lab.Client, "eth0"));
        Assert.Equal("1", await CarrierAsync(lab.Client, "wlan0"));
        Assert.Equal("1", await CarrierAsync(lab.Server, "srv-eth0"));

        await lab.Link("eth0").PlugAsync();
        await NextAsync(monitor, l => l.Contains("eth0", StringComparison.Ordinal) && l.Contains("LOWER_UP", StringComparison.Ordinal));
        Assert.True(await ReachesAsync(lab, "eth0"));
    }

    [Fact]
    public async Task What_is_on_its_way_is_lost_when_the_cable_is_pulled()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0:rate=unlimited,delay=200ms");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            LabUnderTest.SendNumbered(client, 30, 100);
            await UntilAsync(lab, c => c.Up.FramesInside == 30);
            await lab.Links[0].PullCableAsync();
            await lab.Links[0].PlugAsync();
            Assert.Empty(LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(400)));
            Assert.Equal(30, (await lab.Links[0].CountersAsync()).Up.DroppedByCarrier);
        }
    }

    [Fact]
    public async Task A_cable_pulled_at_both_ends_works_when_both_are_plugged()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0");
        var link = lab.Links[0];
        await link.PullCableAsync(LinkSide.Server);
        Assert.Equal("1", await CarrierAsync(lab.Client, "eth0"));
        Assert.Equal("0", await CarrierAsync(lab.Server, "srv-eth0"));
        await link.PullCableAsync(LinkSide.Client);
        await link.PlugAsync(LinkSide.Server);
        Assert.False(await ReachesAsync(lab, "eth0"));
        await link.PlugAsync(LinkSide.Client);
        Assert.True(await ReachesAsync(lab, "eth0"));
    }

    [Fact]
    public async Task A_blackhole_is_silent_and_ends()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0", "wlan0");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            await lab.Link("eth0").BlackholeAsync();
            LabUnderTest.SendNumbered(client, 10, 100); // no error tells the sender
            Assert.Empty(LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(200)));
            Assert.Equal("1", await CarrierAsync(lab.Client, "eth0"));
            Assert.Equal(10, (await lab.Link("eth0").CountersAsync()).Up.DroppedByBlackhole);
            Assert.True(await ReachesAsync(lab, "wlan0"));
            await lab.Link("eth0").RestoreAsync();
            LabUnderTest.SendNumbered(client, 10, 100);
            Assert.Equal(10, LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(200)).Count);
        }
    }

    [Theory]
    [InlineData(LinkDirection.Up)]
    [InlineData(LinkDirection.Down)]
    public async Task A_blackhole_can_be_one_way(LinkDirection direction)
    {
        await using var lab = await LabUnderTest.StartAsync("eth0");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            await lab.Links[0].BlackholeAsync(direction);
            LabUnderTest.SendNumbered(client, 10, 100);
            LabUnderTest.SendNumbered(server, 10, 100);
            var (up, down) = direction == LinkDirection.Up ? (0, 10) : (10, 0);
            Assert.Equal(up, LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(200)).Count);
            Assert.Equal(down, LabUnderTest.Drain(client, TimeSpan.FromMilliseconds(200)).Count);
        }
    }

    [Fact]
    public async Task A_removed_address_takes_its_routes_along_and_leaves_the_carrier()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0", "wlan0");
        var before = await lab.Client.RunAsync("ip", "route");
        Assert.Contains("dev eth0", before.Output, StringComparison.Ordinal);
        await lab.Link("eth0").RemoveAddressAsync();
        Assert.DoesNotContain("dev eth0", (await lab.Client.RunAsync("ip", "route")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("inet ", (await lab.Client.RunAsync("ip", "address", "show", "dev", "eth0")).Output, StringComparison.Ordinal);
        Assert.Equal("1", await CarrierAsync(lab.Client, "eth0"));
        Assert.Contains("dev wlan0", (await lab.Client.RunAsync("ip", "route", "get", "198.18.0.1")).Output, StringComparison.Ordinal);
        await lab.Link("eth0").RestoreAddressAsync();
        Assert.Equal(before.Output, (await lab.Client.RunAsync("ip", "route")).Output);
        Assert.True(await ReachesAsync(lab, "eth0"));
    }

    [Fact]
    public async Task A_flapping_cable_ends_plugged_in()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0");
        var changes = await CarrierChangesAsync(lab);
        await lab.Links[0].FlapAsync(3, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
        Assert.Equal(changes + 6, await CarrierChangesAsync(lab));
        Assert.True(await ReachesAsync(lab, "eth0"));
    }

    /// <summary>Waits until the monitor surely listens: it tells of a harmless change that is made again and again.</summary>
    private static async Task WaitUntilListeningAsync(NetworkLab lab, Process monitor)
    {
        var first = monitor.StandardOutput.ReadLineAsync();
        for (var length = 1001; !first.IsCompleted; length++)
        {
            await lab.Client.RunAsync("ip", "link", "set", "lo", "txqueuelen", $"{length}");
            await Task.WhenAny(first, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }
    }

    private static async Task<string> NextAsync(Process monitor, Predicate<string> wanted)
    {
        while (true)
        {
            var line = await monitor.StandardOutput.ReadLineAsync().WaitAsync(LabUnderTest.Patience);
            Assert.NotNull(line);
            if (wanted(line))
                return line;
        }
    }

    private static async Task<string> CarrierAsync(LabHost host, string device) =>
        (await host.RunAsync("cat", $"/sys/class/net/{device}/carrier")).Output.Trim();

    private static async Task<int> CarrierChangesAsync(NetworkLab lab) =>
        int.Parse((await lab.Client.RunAsync("cat", "/sys/class/net/eth0/carrier_changes")).Output);

    private static async Task UntilAsync(NetworkLab lab, Predicate<LinkCounters> reached)
    {
        using var patience = new CancellationTokenSource(LabUnderTest.Patience, TimeProvider.System);
        while (!reached(await lab.Links[0].CountersAsync()))
            patience.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Whether a datagram sent over a link comes back.</summary>
    private static async Task<bool> ReachesAsync(NetworkLab lab, string name)
    {
        var ends = lab.Link(name).Ends;
        using var server = lab.Server.Run(() => Bound(ends.ServerAddress));
        using var client = lab.Client.Run(() => Bound(ends.ClientAddress));
        await client.ConnectAsync(server.LocalEndPoint!);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            await client.SendAsync(new byte[4], patience.Token);
            return await server.ReceiveAsync(new byte[4], patience.Token) == 4;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return false;
        }
    }

    private static Socket Bound(System.Net.IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new System.Net.IPEndPoint(address, 0));
        return socket;
    }
}
