using System.Net.Sockets;
using HmacFileServer.Lab.Bulk;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>What a link is told to be is what it is, measured from outside the relay.</summary>
[Collection(NetworkLabCollection.Name)]
public sealed class LinkAccuracyTests
{
    [Theory]
    [InlineData("eth0:rate=100mbit,delay=2ms", 100e6)]
    [InlineData("wwan0:rate=20mbit,delay=30ms", 20e6)]
    public async Task A_saturated_link_carries_its_rate_within_2_percent(string link, double rate)
    {
        await using var lab = await LabUnderTest.StartAsync(link);
        var sending = BulkTransfer.MeasureAsync(lab, lab.Links[0].Name, TimeSpan.FromSeconds(3.5), TimeSpan.Zero, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // slow start
        var (bytesBefore, before) = ReceivedByServer(lab);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        var (bytesAfter, after) = ReceivedByServer(lab);
        await sending;
        var measured = (bytesAfter - bytesBefore) * 8 / TimeProvider.System.GetElapsedTime(before, after).TotalSeconds;
        Assert.InRange(measured, rate * 0.98, rate * 1.02);
        var counters = await lab.Links[0].CountersAsync();
        Assert.Equal((0, 0), (counters.Up.DroppedByRelay, counters.Up.DroppedByLength));
    }

    [Theory]
    [InlineData("eth0:delay=2ms", 4)]
    [InlineData("wlan0:delay=10ms", 20)]
    [InlineData("wwan0:up-delay=30ms,down-delay=50ms", 80)]
    public async Task A_round_trip_takes_both_delays_within_a_millisecond(string link, double milliseconds)
    {
        await using var lab = await LabUnderTest.StartAsync(link);
        var trips = await RoundTripsAsync(lab, 40);
        trips.Sort();
        Assert.InRange(trips[trips.Count / 2], milliseconds - 1, milliseconds + 1);
    }

    [Fact]
    public async Task Jitter_varies_the_delay_within_its_bounds_and_never_reorders()
    {
        await using var lab = await LabUnderTest.StartAsync("wlan0:rate=unlimited,delay=20ms,up-jitter=10ms");
        var trips = await RoundTripsAsync(lab, 60);
        trips.Sort();
        // Uniform between 30 and 50; the outermost are left out: by chance they need not be there.
        Assert.InRange(trips[5], 29, 38);
        Assert.InRange(trips[^6], 42, 51);
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            var receiving = Task.Run(() => LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(300)));
            LabUnderTest.SendNumbered(client, 2000, 100);
            Assert.Equal(Enumerable.Range(0, 2000), await receiving);
        }
    }

    [Fact]
    public async Task Loss_is_what_was_asked_for_and_one_way()
    {
        await using var lab = await LabUnderTest.StartAsync("wlan0:rate=unlimited,delay=1ms,up-loss=20%");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            var receiving = Task.Run(() => LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(300)));
            LabUnderTest.SendNumbered(client, 5000, 100);
            // 1000 lost of 5000; the standard deviation is 28.
            Assert.InRange(5000 - (await receiving).Count, 860, 1140);
            receiving = Task.Run(() => LabUnderTest.Drain(client, TimeSpan.FromMilliseconds(300)));
            LabUnderTest.SendNumbered(server, 1000, 100);
            Assert.Equal(1000, (await receiving).Count);
        }
    }

    [Fact]
    public async Task A_full_queue_drops_what_comes_last()
    {
        // At 1 Mbit/s a full frame takes 12.1 ms; ten of them may wait.
        await using var lab = await LabUnderTest.StartAsync("wwan0:rate=1mbit,delay=1ms,queue=15140b");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            var buffer = new byte[2048];
            var (seconds, rest) = await LabUnderTest.OnTimeAsync(() =>
            {
                var start = TimeProvider.System.GetTimestamp();
                LabUnderTest.SendNumbered(client, 60, PacketFrame.Largest);
                for (var i = 0; i < 10; i++)
                {
                    server.Receive(buffer);
                    Assert.Equal(i, BitConverter.ToInt32(buffer));
                }
                return (TimeProvider.System.GetElapsedTime(start).TotalSeconds, LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(100)));
            });
            Assert.InRange(seconds, 0.121, 0.126); // 10 x 12.1 ms + 1 ms
            Assert.Empty(rest);
            Assert.Equal(50, (await lab.Links[0].CountersAsync()).Up.DroppedByQueue);
        }
    }

    [Fact]
    public async Task A_new_rate_holds_for_what_waits_already()
    {
        await using var lab = await LabUnderTest.StartAsync("wwan0:rate=100kbit,delay=1ms,queue=64kb");
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            LabUnderTest.SendNumbered(client, 20, PacketFrame.Largest); // 2.4 s at 100 kbit/s
            var start = TimeProvider.System.GetTimestamp();
            await lab.Links[0].SetAsync("rate=10mbit");
            Assert.Equal(20, LabUnderTest.Drain(server, TimeSpan.FromMilliseconds(200)).Count);
            Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 1); // with the 200 ms, and time for a busy machine
        }
    }

    private static async Task<List<double>> RoundTripsAsync(NetworkLab lab, int count)
    {
        var (client, server) = LabUnderTest.Datagrams(lab);
        using (client)
        using (server)
        {
            client.ReceiveTimeout = server.ReceiveTimeout = (int)LabUnderTest.Patience.TotalMilliseconds;
            var echo = LabUnderTest.OnTimeAsync(() => Echo(server, count));
            var trips = await LabUnderTest.OnTimeAsync(() => Enumerable.Range(0, count).Select(_ => RoundTrip(client)).ToList());
            await echo;
            return trips;
        }
    }

    private static double RoundTrip(Socket socket)
    {
        Span<byte> buffer = stackalloc byte[64];
        var start = TimeProvider.System.GetTimestamp();
        socket.Send(buffer);
        socket.Receive(buffer);
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static int Echo(Socket socket, int count)
    {
        Span<byte> buffer = stackalloc byte[64];
        for (var i = 0; i < count; i++)
        {
            socket.Receive(buffer);
            socket.Send(buffer);
        }
        return count;
    }

    /// <summary>What the kernel counts at the server's interface: bytes with Ethernet headers, and when it was asked.</summary>
    private static (long Bytes, long At) ReceivedByServer(NetworkLab lab)
    {
        var (statistics, at) = lab.Server.Run(() =>
        {
            RealTimeThread.Claim(); // so that both belong to one instant
            return (File.ReadAllLines("/proc/thread-self/net/dev"), TimeProvider.System.GetTimestamp());
        });
        var line = statistics.Single(l => l.TrimStart().StartsWith(lab.Links[0].Ends.ServerInterface + ":", StringComparison.Ordinal));
        return (long.Parse(line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]), at);
    }
}
