using System.Net;
using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>One next hop of a unicast route of the main table.</summary>
internal readonly record struct KernelRoute(int Index, IPNetwork Destination, IPAddress? Gateway, int Metric, byte TypeOfService)
{
    /// <summary>
    /// Reads the payload of RTM_NEWROUTE or RTM_DELROUTE into one entry per next hop. Empty for other tables, for cached,
    /// local, blackhole and multicast routes, and for destinations of link scope (fe80::/10, 169.254/16).
    /// </summary>
    /// <param name="payload">The message behind its netlink header.</param>
    /// <param name="dead">Include next hops marked dead: a deletion names what it deletes so.</param>
    /// <param name="into">Cleared, then filled.</param>
    public static void Parse(ReadOnlySpan<byte> payload, bool dead, List<KernelRoute> into)
    {
        into.Clear();
        if (payload.Length < NetlinkProtocol.RouteHeaderLength)
            return;
        var family = payload[0];
        uint table = payload[4];
        var flags = MemoryMarshal.Read<uint>(payload[8..]);
        if (family is not (NetlinkProtocol.FamilyInet or NetlinkProtocol.FamilyInet6)
            || payload[7] != NetlinkProtocol.TypeUnicast || (flags & NetlinkProtocol.RouteCloned) != 0)
            return;
        ReadOnlySpan<byte> destination = default;
        ReadOnlySpan<byte> multipath = default;
        IPAddress? gateway = null;
        var index = 0;
        uint metric = 0;
        var attributes = new NetlinkAttributeReader(payload[NetlinkProtocol.RouteHeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NetlinkProtocol.RouteDestination: destination = attributes.Value; break;
                case NetlinkProtocol.RouteMultipath: multipath = attributes.Value; break;
                case NetlinkProtocol.RouteOutInterface: index = (int)attributes.UInt32; break;
                case NetlinkProtocol.RoutePriority: metric = attributes.UInt32; break;
                case NetlinkProtocol.RouteTable: table = attributes.UInt32; break;
                case NetlinkProtocol.RouteGateway or NetlinkProtocol.RouteVia: gateway = ParseGateway(family, attributes); break;
            }
        }
        if (table != NetlinkProtocol.TableMain || !TryPrefix(family, destination, payload[1], out var prefix))
            return;
        var route = new KernelRoute(index, prefix, Scoped(gateway, index), (int)Math.Min(metric, int.MaxValue), payload[3]);
        if (index > 0 && (dead || (flags & NetlinkProtocol.NextHopDead) == 0))
            into.Add(route);
        AddNextHops(family, multipath, route, dead, into);
    }

    private static void AddNextHops(byte family, ReadOnlySpan<byte> hops, KernelRoute route, bool dead, List<KernelRoute> into)
    {
        while (hops.Length >= NetlinkProtocol.NextHopHeaderLength)
        {
            var length = MemoryMarshal.Read<ushort>(hops);
            if (length < NetlinkProtocol.NextHopHeaderLength || length > hops.Length)
                return;
            var index = MemoryMarshal.Read<int>(hops[4..]);
            IPAddress? gateway = null;
            var attributes = new NetlinkAttributeReader(hops[NetlinkProtocol.NextHopHeaderLength..length]);
            while (attributes.MoveNext())
            {
                if (attributes.Type is NetlinkProtocol.RouteGateway or NetlinkProtocol.RouteVia)
                    gateway = ParseGateway(family, attributes);
            }
            if (index > 0 && (dead || (hops[2] & NetlinkProtocol.NextHopDead) == 0))
                into.Add(route with { Index = index, Gateway = Scoped(gateway, index) });
            hops = hops[Math.Min(hops.Length, (length + 3) & ~3)..];
        }
    }

    private static IPAddress? ParseGateway(byte family, NetlinkAttributeReader attribute) => attribute.Type switch
    {
        // struct rtvia: the family, then the address
        NetlinkProtocol.RouteVia when attribute.Value.Length > 2 =>
            KernelAddresses.Parse((byte)MemoryMarshal.Read<ushort>(attribute.Value), attribute.Value[2..]),
        NetlinkProtocol.RouteGateway => KernelAddresses.Parse(family, attribute.Value),
        _ => null,
    };

    /// <summary>A link-local next hop means something only together with its link.</summary>
    private static IPAddress? Scoped(IPAddress? gateway, int index) =>
        gateway is { IsIPv6LinkLocal: true } && index > 0 ? new IPAddress(gateway.GetAddressBytes(), index) : gateway;

    private static bool TryPrefix(byte family, ReadOnlySpan<byte> destination, int bits, out IPNetwork prefix)
    {
        prefix = default;
        Span<byte> bytes = stackalloc byte[family == NetlinkProtocol.FamilyInet ? 4 : 16];
        bytes.Clear();
        if (bits > bytes.Length * 8 || (bits > 0 && destination.Length != bytes.Length))
            return false;
        if (bits > 0)
            destination.CopyTo(bytes);
        // IPNetwork insists on host bits of zero.
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit >> 3] &= (byte)~(0x80 >> (bit & 7));
        var address = new IPAddress(bytes);
        if (bits > 0 && (LinkLocal.Contains(address) || address.IsIPv6Multicast))
            return false;
        prefix = new IPNetwork(address, bits);
        return true;
    }
}
