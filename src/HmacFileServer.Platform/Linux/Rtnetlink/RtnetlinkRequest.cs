using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>Writes requests to the kernel.</summary>
internal static class RtnetlinkRequest
{
    /// <summary>The longest request, in bytes.</summary>
    public const int MaxLength = 64;

    /// <summary>A request for a whole table, both address families; returns its length.</summary>
    public static int WriteDump(Span<byte> buffer, KernelTable table, uint sequence) => table switch
    {
        KernelTable.Links => WriteLinks(buffer, NetlinkProtocol.Request | NetlinkProtocol.Dump, sequence, index: 0),
        KernelTable.Addresses => Write(buffer, NetlinkProtocol.GetAddress, NetlinkProtocol.AddressHeaderLength, sequence),
        _ => Write(buffer, NetlinkProtocol.GetRoute, NetlinkProtocol.RouteHeaderLength, sequence),
    };

    /// <summary>A request for one link; returns its length. It makes the kernel announce a change of carrier that it held back.</summary>
    public static int WriteGetLink(Span<byte> buffer, int index, uint sequence) =>
        WriteLinks(buffer, NetlinkProtocol.Request, sequence, index);

    private static int WriteLinks(Span<byte> buffer, int flags, uint sequence, int index)
    {
        var length = Write(buffer, NetlinkProtocol.GetLink, NetlinkProtocol.LinkHeaderLength, sequence);
        MemoryMarshal.Write(buffer[6..], (ushort)flags);
        MemoryMarshal.Write(buffer[(NetlinkProtocol.HeaderLength + 4)..], index);
        // Counters are most of a link's description, and nobody reads them here.
        MemoryMarshal.Write(buffer[length..], (ushort)8);
        MemoryMarshal.Write(buffer[(length + 2)..], NetlinkProtocol.LinkExtendedMask);
        MemoryMarshal.Write(buffer[(length + 4)..], NetlinkProtocol.SkipStatistics);
        MemoryMarshal.Write(buffer, length + 8);
        return length + 8;
    }

    private static int Write(Span<byte> buffer, ushort type, int bodyLength, uint sequence)
    {
        var length = NetlinkProtocol.HeaderLength + bodyLength;
        buffer[..MaxLength].Clear(); // family unspecified, no index: everything
        MemoryMarshal.Write(buffer, length);
        MemoryMarshal.Write(buffer[4..], type);
        MemoryMarshal.Write(buffer[6..], (ushort)(NetlinkProtocol.Request | NetlinkProtocol.Dump));
        MemoryMarshal.Write(buffer[8..], sequence);
        return length;
    }
}
