using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>Writes requests to the kernel.</summary>
internal static class RtnetlinkRequest
{
    /// <summary>The longest request, in bytes.</summary>
    public const int MaxLength = 64;

    /// <summary>A request for a whole table, both address families; returns its length.</summary>
    public static int WriteDump(Span<byte> buffer, KernelTable table, uint sequence)
    {
        var (type, bodyLength) = table switch
        {
            KernelTable.Links => (NetlinkProtocol.GetLink, NetlinkProtocol.LinkHeaderLength),
            KernelTable.Addresses => (NetlinkProtocol.GetAddress, NetlinkProtocol.AddressHeaderLength),
            _ => (NetlinkProtocol.GetRoute, NetlinkProtocol.RouteHeaderLength),
        };
        var length = NetlinkProtocol.HeaderLength + bodyLength;
        buffer[..MaxLength].Clear(); // family unspecified, no index: everything
        if (table == KernelTable.Links)
        {
            // Counters are most of a link's description, and nobody reads them here.
            MemoryMarshal.Write(buffer[length..], (ushort)8);
            MemoryMarshal.Write(buffer[(length + 2)..], NetlinkProtocol.LinkExtendedMask);
            MemoryMarshal.Write(buffer[(length + 4)..], NetlinkProtocol.SkipStatistics);
            length += 8;
        }
        MemoryMarshal.Write(buffer, length);
        MemoryMarshal.Write(buffer[4..], type);
        MemoryMarshal.Write(buffer[6..], (ushort)(NetlinkProtocol.Request | NetlinkProtocol.Dump));
        MemoryMarshal.Write(buffer[8..], sequence);
        return length;
    }
}
