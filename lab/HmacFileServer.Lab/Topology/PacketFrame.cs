namespace HmacFileServer.Lab.Topology;

/// <summary>Sizes of the frames that the lab carries.</summary>
public static class PacketFrame
{
    /// <summary>The longest frame: 1500 bytes of payload and the 14-byte Ethernet header, without preamble and check sequence.</summary>
    public const int Largest = 1514;

    /// <summary>Bytes of TCP payload in the longest frame, with the 32-byte TCP header that carries timestamps (RFC 7323).</summary>
    public const int LargestTcpPayload = 1448;
}
