using System.Runtime.InteropServices;
using HmacFileServer.Platform.Linux.Rtnetlink;

namespace HmacFileServer.Platform.Routes;

/// <summary>
/// A default route of the main table with one next hop, as the kernel describes it (struct rtmsg and its attributes): whatever it says
/// (source address, options) is kept, so that the same route can be made again. Equal if all of that is.
/// </summary>
public sealed class DefaultRoute : IEquatable<DefaultRoute>
{
    /// <summary>
    /// `rtm_protocol` of the routes that this product makes: a number that nothing in /etc/iproute2/rt_protos has, so that an operator
    /// finds them (`ip route show proto 72`).
    /// </summary>
    public const byte OwnProtocol = 72;

    private const int LongestMessage = 4096; // far more than a route with one next hop says

    // What the kernel tells of a route's life and not of what it is.
    private static readonly ushort[] LeftOut = [NetlinkProtocol.RouteCacheInfo, NetlinkProtocol.RouteExpires, NetlinkProtocol.RouteNextHopId];

    private readonly byte[] _message;

    private DefaultRoute(byte[] message)
    {
        _message = message;
        var attributes = new NetlinkAttributeReader(message.AsSpan(NetlinkProtocol.RouteHeaderLength));
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NetlinkProtocol.RouteOutInterface: InterfaceIndex = (int)attributes.UInt32; break;
                case NetlinkProtocol.RoutePriority: Metric = attributes.UInt32; break;
            }
        }
    }

    /// <summary>True for IPv6, false for IPv4.</summary>
    public bool IsIPv6 => _message[0] == NetlinkProtocol.FamilyInet6;

    /// <summary>The interface that it leads out of.</summary>
    public int InterfaceIndex { get; }

    /// <summary>Lower wins. 0 of IPv4 is the lowest; IPv6 has none below 1.</summary>
    public uint Metric { get; }

    /// <summary>Who made it (`rtm_protocol`).</summary>
    public byte Protocol => _message[5];

    internal ReadOnlySpan<byte> Message => _message;

    /// <summary>Reads the payload of a routing message; null if it is no unicast default route of the main table with one next hop.</summary>
    internal static DefaultRoute? Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.Length is < NetlinkProtocol.RouteHeaderLength or > LongestMessage)
            return null;
        var flags = MemoryMarshal.Read<uint>(payload[8..]);
        if (payload[0] is not (NetlinkProtocol.FamilyInet or NetlinkProtocol.FamilyInet6) || payload[1] != 0 || payload[2] != 0 || payload[3] != 0
            || payload[7] != NetlinkProtocol.TypeUnicast || (flags & NetlinkProtocol.RouteCloned) != 0)
            return null;
        uint table = payload[4];
        var kept = new List<byte>(payload[..NetlinkProtocol.RouteHeaderLength].ToArray());
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(kept)[8..], flags & NetlinkProtocol.NextHopOnLink); // dead or down now is not what it is
        var hasInterface = false;
        var attributes = new NetlinkAttributeReader(payload[NetlinkProtocol.RouteHeaderLength..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NetlinkProtocol.RouteMultipath)
                return null;
            if (attributes.Type == NetlinkProtocol.RouteTable)
                table = attributes.UInt32;
            hasInterface |= attributes.Type == NetlinkProtocol.RouteOutInterface;
            if (!LeftOut.Contains(attributes.Type))
                Append(kept, attributes.Type, attributes.Value);
        }
        return hasInterface && table == NetlinkProtocol.TableMain ? new DefaultRoute([.. kept]) : null;
    }

    /// <summary>Reads what <see cref="ToText"/> wrote; null for anything else.</summary>
    public static DefaultRoute? FromText(string text)
    {
        if (text.Length > 2 * LongestMessage || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
            return null;
        return Parse(Convert.FromHexString(text));
    }

    /// <summary>As hexadecimal digits, whole.</summary>
    public string ToText() => Convert.ToHexStringLower(_message);

    /// <summary>The same route with another metric, as one of ours.</summary>
    public DefaultRoute AsOwn(uint metric)
    {
        var message = new List<byte>(_message[..NetlinkProtocol.RouteHeaderLength]);
        message[5] = OwnProtocol;
        var attributes = new NetlinkAttributeReader(_message.AsSpan(NetlinkProtocol.RouteHeaderLength));
        while (attributes.MoveNext())
        {
            if (attributes.Type != NetlinkProtocol.RoutePriority)
                Append(message, attributes.Type, attributes.Value);
        }
        Append(message, NetlinkProtocol.RoutePriority, MemoryMarshal.AsBytes([metric]));
        return new DefaultRoute([.. message]);
    }

    /// <summary>True if both are the same to the kernel: family, interface, metric and maker.</summary>
    public bool IsSamePlace(DefaultRoute other) =>
        IsIPv6 == other.IsIPv6 && InterfaceIndex == other.InterfaceIndex && Metric == other.Metric && Protocol == other.Protocol;

    public bool Equals(DefaultRoute? other) => other is not null && _message.AsSpan().SequenceEqual(other._message);

    public override bool Equals(object? obj) => Equals(obj as DefaultRoute);

    public override int GetHashCode() => HashCode.Combine(IsIPv6, InterfaceIndex, Metric, Protocol);

    public override string ToString() => $"{(IsIPv6 ? "IPv6" : "IPv4")} default route out of interface {InterfaceIndex} with metric {Metric}";

    private static void Append(List<byte> message, ushort type, ReadOnlySpan<byte> value)
    {
        message.AddRange(MemoryMarshal.AsBytes([(ushort)(4 + value.Length), type]));
        message.AddRange(value);
        while (message.Count % 4 != 0)
            message.Add(0);
    }
}
