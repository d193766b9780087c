using System.Runtime.InteropServices;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Linux;

/// <summary>struct tcp_info (linux/tcp.h): it grew from kernel to kernel and is cut at the end by older ones, never reordered.</summary>
internal static class TcpInfoLayout
{
    // Up to tcpi_total_retrans: what every kernel since 2.6 returns.
    private const int ShortestLength = 104;

    // tcpi_min_rtt of a connection that has not measured one.
    private const uint NoMinRtt = uint.MaxValue;

    /// <summary>Reads what is there; fields that the kernel did not send are zero. False if it is shorter than any kernel's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> info, out TcpSample sample)
    {
        sample = default;
        if (info.Length < ShortestLength)
            return false;
        var minRtt = UInt32(info, 148);
        sample = new TcpSample
        {
            State = info[0],
            ConsecutiveRetransmits = info[2],
            DeliveryRateAppLimited = (info[7] & 1) != 0,
            RetransmissionTimeout = Microseconds(UInt32(info, 8)),
            MaximumSegmentSize = UInt32(info, 16),
            UnackedSegments = UInt32(info, 24),
            SinceLastSend = TimeSpan.FromMilliseconds(UInt32(info, 44)),
            SinceLastAck = TimeSpan.FromMilliseconds(UInt32(info, 56)),
            Rtt = Microseconds(UInt32(info, 68)),
            RttVariation = Microseconds(UInt32(info, 72)),
            CongestionWindow = UInt32(info, 80),
            TotalRetransmits = UInt32(info, 100),
            BytesAcked = UInt64(info, 120),
            BytesReceived = UInt64(info, 128),
            NotSentBytes = UInt32(info, 144),
            MinRtt = minRtt == NoMinRtt ? TimeSpan.Zero : Microseconds(minRtt),
            DataSegmentsSent = UInt32(info, 156),
            DeliveryRate = UInt64(info, 160),
        };
        return true;
    }

    private static TimeSpan Microseconds(uint value) => new(value * TimeSpan.TicksPerMicrosecond);

    private static uint UInt32(ReadOnlySpan<byte> info, int offset) =>
        info.Length >= offset + sizeof(uint) ? MemoryMarshal.Read<uint>(info[offset..]) : 0;

    private static ulong UInt64(ReadOnlySpan<byte> info, int offset) =>
        info.Length >= offset + sizeof(ulong) ? MemoryMarshal.Read<ulong>(info[offset..]) : 0;
}
