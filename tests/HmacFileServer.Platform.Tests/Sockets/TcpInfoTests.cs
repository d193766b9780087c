using System.Net.Sockets;
using System.Runtime.InteropServices;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Linux;

namespace HmacFileServer.Platform.Tests.Sockets;

public sealed class TcpInfoTests(ITestOutputHelper output)
{
    private const byte Established = 1;

    [Fact]
    public void A_connection_tells_what_was_acknowledged_and_what_waits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_INFO is read on Linux alone.");
        using var pair = new LoopbackPair();
        var data = new byte[100_000];
        var sent = pair.Near.Send(data);
        for (var left = sent; left > 0;)
            left -= pair.Far.Receive(data);
        TcpSample sample;
        var started = TimeProvider.System.GetTimestamp();
        // The acknowledgement may be delayed (40 ms): reading on is the wait.
        do
        {
            Assert.True(TcpInfo.TryRead(pair.Near, out sample));
        }
        while (sample.BytesAcked < (ulong)sent + 1 && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        output.WriteLine(sample.ToString());
        Assert.Equal(Established, sample.State);
        Assert.Equal((ulong)sent + 1, sample.BytesAcked); // and the SYN
        Assert.Equal(0, sample.SendQueueBytes);
        Assert.Equal(0u, sample.UnackedSegments);
        Assert.InRange(sample.Rtt, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.InRange(sample.MinRtt, TimeSpan.FromTicks(1), sample.Rtt * 8);
        Assert.InRange(sample.RetransmissionTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(4));
        Assert.True(sample.DeliveryRate > 0);
        Assert.True(sample.CongestionWindow > 0 && sample.MaximumSegmentSize > 0 && sample.DataSegmentsSent > 0);
        Assert.True(TcpInfo.TryRead(pair.Far, out var far));
        Assert.Equal((ulong)sent, far.BytesReceived);
    }

    [Fact]
    public void Bytes_that_nobody_reads_stay_in_the_queue()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_INFO is read on Linux alone.");
        using var pair = new LoopbackPair();
        pair.Near.Blocking = false;
        var block = new byte[1 << 16];
        long sent = 0;
        while (true)
        {
            var count = pair.Near.Send(block, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                break;
            sent += count;
        }
        Assert.True(TcpInfo.TryRead(pair.Near, out var sample));
        output.WriteLine($"{sent} sent, {sample}");
        Assert.True(sample.SendQueueBytes > 0 && sample.NotSentBytes > 0);
        Assert.InRange(sample.NotSentBytes, 1u, (uint)sample.SendQueueBytes);
        Assert.InRange((long)sample.BytesAcked + sample.SendQueueBytes, sent - (1 << 20), sent + 1);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_INFO is read on Linux alone.");
        using var pair = new LoopbackPair();
        for (var i = 0; i < 100; i++)
            TcpInfo.TryRead(pair.Near, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            TcpInfo.TryRead(pair.Near, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Closed_and_other_sockets_have_no_sample()
    {
        using var pair = new LoopbackPair();
        pair.Near.Dispose();
        Assert.False(TcpInfo.TryRead(pair.Near, out var sample));
        Assert.Equal(default, sample);
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.False(TcpInfo.TryRead(datagram, out _));
    }

    [Fact]
    public void Every_field_is_read_from_its_place_and_in_its_unit()
    {
        var sample = Parse(Filled(248));
        Assert.Equal(1, sample.State);
        Assert.Equal(3, sample.ConsecutiveRetransmits);
        Assert.True(sample.DeliveryRateAppLimited);
        Assert.Equal(TimeSpan.FromMicroseconds(204_000), sample.RetransmissionTimeout);
        Assert.Equal(1448u, sample.MaximumSegmentSize);
        Assert.Equal(7u, sample.UnackedSegments);
        Assert.Equal(TimeSpan.FromMilliseconds(11), sample.SinceLastSend);
        Assert.Equal(TimeSpan.FromMilliseconds(12), sample.SinceLastAck);
        Assert.Equal(TimeSpan.FromMicroseconds(25_500), sample.Rtt);
        Assert.Equal(TimeSpan.FromMicroseconds(4_000), sample.RttVariation);
        Assert.Equal(10u, sample.CongestionWindow);
        Assert.Equal(5u, sample.TotalRetransmits);
        Assert.Equal(1UL << 40, sample.BytesAcked);
        Assert.Equal(99UL, sample.BytesReceived);
        Assert.Equal(4096u, sample.NotSentBytes);
        Assert.Equal(TimeSpan.FromMicroseconds(20_000), sample.MinRtt);
        Assert.Equal(1234u, sample.DataSegmentsSent);
        Assert.Equal(12_500_000UL, sample.DeliveryRate);
    }

    [Fact]
    public void An_older_kernels_shorter_structure_leaves_the_later_fields_at_zero()
    {
        var sample = Parse(Filled(104)); // up to tcpi_total_retrans
        Assert.Equal(TimeSpan.FromMicroseconds(25_500), sample.Rtt);
        Assert.Equal(5u, sample.TotalRetransmits);
        Assert.Equal(0UL, sample.BytesAcked);
        Assert.Equal(TimeSpan.Zero, sample.MinRtt);
        Assert.Equal(0UL, Parse(Filled(163)).DeliveryRate); // cut in the middle of a field
        for (var length = 0; length < 104; length++)
            Assert.False(TcpInfoLayout.TryParse(Filled(length), out _));
    }

    [Fact]
    public void No_minimum_yet_is_zero()
    {
        var info = Filled(248);
        info.AsSpan(148, 4).Fill(0xFF);
        Assert.Equal(TimeSpan.Zero, Parse(info).MinRtt);
    }

    private static TcpSample Parse(byte[] info)
    {
        Assert.True(TcpInfoLayout.TryParse(info, out var sample));
        return sample;
    }

    /// <summary>struct tcp_info with a different value in each field that is read, cut to a length.</summary>
    private static byte[] Filled(int length)
    {
        var info = new byte[256];
        info[0] = 1;
        info[2] = 3;
        info[7] = 0b0101; // app-limited, and a bit of its neighbour
        foreach (var (offset, value) in new (int, uint)[]
        {
            (8, 204_000), (16, 1448), (24, 7), (44, 11), (56, 12), (68, 25_500), (72, 4_000), (80, 10), (100, 5), (144, 4096), (148, 20_000), (156, 1234),
        })
            MemoryMarshal.Write(info.AsSpan(offset), value);
        foreach (var (offset, value) in new (int, ulong)[] { (120, 1UL << 40), (128, 99), (160, 12_500_000) })
            MemoryMarshal.Write(info.AsSpan(offset), value);
        return info[..length];
    }
}
