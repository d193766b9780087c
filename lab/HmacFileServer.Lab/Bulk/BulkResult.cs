using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Bulk;

/// <summary>What a bulk receiver saw of one connection.</summary>
/// <param name="Bytes">Payload received.</param>
/// <param name="Seconds">From the first byte to the last.</param>
/// <param name="LongestGapMilliseconds">The longest time without a byte.</param>
public sealed record BulkResult(long Bytes, double Seconds, double LongestGapMilliseconds)
{
    /// <summary>Payload rate, bit/s.</summary>
    public double BitsPerSecond => Seconds > 0 ? Bytes * 8 / Seconds : 0;

    /// <summary>Rate on the wire if every frame was full, Ethernet, IP and TCP headers counted; bit/s.</summary>
    public double WireBitsPerSecond => BitsPerSecond * PacketFrame.Largest / PacketFrame.LargestTcpPayload;
}
