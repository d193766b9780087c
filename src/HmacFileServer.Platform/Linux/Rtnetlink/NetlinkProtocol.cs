namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>Message types, flags and attributes of netlink (RFC 3549; linux/netlink.h) and rtnetlink (linux/rtnetlink.h).</summary>
internal static class NetlinkProtocol
{
    public const int HeaderLength = 16;
    public const int LinkHeaderLength = 16;    // struct ifinfomsg
    public const int AddressHeaderLength = 8;  // struct ifaddrmsg
    public const int RouteHeaderLength = 12;   // struct rtmsg
    public const int NextHopHeaderLength = 8;  // struct rtnexthop

    // nlmsg_type
    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort Overrun = 4;
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DeleteAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort DeleteRoute = 25;
    public const ushort GetRoute = 26;

    // nlmsg_flags
    public const ushort Request = 0x1;
    public const ushort Multipart = 0x2;
    public const ushort Acknowledge = 0x4;
    public const ushort DumpInterrupted = 0x10;
    public const ushort Replace = 0x100;
    public const ushort Exclusive = 0x200;
    public const ushort Dump = 0x300;
    public const ushort Create = 0x400;
    public const ushort Append = 0x800;

    // Multicast groups, as the bit mask of sockaddr_nl.nl_groups
    public const uint WatchedGroups = 0x1 /* link */ | 0x10 /* ipv4 ifaddr */ | 0x40 /* ipv4 route */
        | 0x100 /* ipv6 ifaddr */ | 0x400 /* ipv6 route */;

    public const byte FamilyUnspecified = 0;
    public const byte FamilyInet = 2;
    public const byte FamilyInet6 = 10;

    // The two top bits of an attribute's type are flags (nested, network byte order).
    public const ushort AttributeTypeMask = 0x3FFF;

    // IFLA_*
    public const ushort LinkHardwareAddress = 1;
    public const ushort LinkName = 3;
    public const ushort LinkMtu = 4;
    public const ushort LinkOperationalState = 16;
    public const ushort LinkInfo = 18;
    public const ushort LinkExtendedMask = 29;
    public const ushort LinkCarrier = 33;
    public const ushort LinkInfoKind = 1;
    public const int SkipStatistics = 8; // RTEXT_FILTER_SKIP_STATS

    // ifi_flags
    public const uint InterfaceUp = 0x1;
    public const uint InterfaceLowerUp = 0x10000;

    // RFC 2863 states as the kernel numbers them
    public const byte OperationalUnknown = 0;
    public const byte OperationalUp = 6;

    // IFA_*
    public const ushort AddressPeer = 1; // IFA_ADDRESS: the peer's on a point-to-point link
    public const ushort AddressLocal = 2;
    public const ushort AddressFlags = 8;
    public const uint AddressOptimistic = 0x04;
    public const uint AddressDadFailed = 0x08;
    public const uint AddressDeprecated = 0x20;
    public const uint AddressTentative = 0x40;

    // RT_SCOPE_*: everything below link scope leaves the link
    public const byte ScopeLink = 253;

    // RTA_*
    public const ushort RouteDestination = 1;
    public const ushort RouteOutInterface = 4;
    public const ushort RouteGateway = 5;
    public const ushort RoutePriority = 6;
    public const ushort RouteMultipath = 9;
    public const ushort RouteCacheInfo = 12;
    public const ushort RouteTable = 15;
    public const ushort RouteVia = 18; // a next hop of another family (RFC 5549)
    public const ushort RouteExpires = 23;
    public const ushort RouteNextHopId = 30;
    public const uint TableMain = 254;
    public const byte TypeUnicast = 1;
    public const uint RouteCloned = 0x200;
    public const uint NextHopDead = 1;
    public const uint NextHopOnLink = 4;
}
