using System.Net;
using System.Net.Sockets;

namespace HmacFileServer.Client.Endpoints;

/// <summary>How far an address reaches. A server may not send its clients into networks that it is not part of itself.</summary>
internal enum AddressScope
{
    /// <summary>This host (RFC 1122, RFC 4291).</summary>
    Loopback,

    /// <summary>One link (RFC 3927, RFC 4291).</summary>
    LinkLocal,

    /// <summary>A site, or behind a carrier's translation (RFC 1918, RFC 4193, RFC 6598).</summary>
    Private,

    /// <summary>Everywhere else.</summary>
    Global,

    /// <summary>Nothing that can be connected to: unspecified, multicast, reserved.</summary>
    None,
}

/// <summary>Tells scopes apart.</summary>
internal static class AddressScopes
{
    private static readonly IPNetwork[] Private =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7")];

    private static readonly IPNetwork[] LinkLocal = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10")];

    private static readonly IPNetwork[] Unusable = [IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/128"), IPNetwork.Parse("ff00::/8")];

    /// <summary>An IPv4 address in IPv6 clothes counts as what it is.</summary>
    public static AddressScope Of(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        bool In(IPNetwork[] networks) => Array.Exists(networks, n => n.BaseAddress.AddressFamily == plain.AddressFamily && n.Contains(plain));
        return IPAddress.IsLoopback(plain) ? AddressScope.Loopback
            : plain.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6) || In(Unusable) ? AddressScope.None
            : In(LinkLocal) ? AddressScope.LinkLocal
            : In(Private) ? AddressScope.Private
            : AddressScope.Global;
    }

    /// <summary>
    /// True if a server that was reached at <paramref name="home"/> may send clients to <paramref name="other"/>: within the same scope, and
    /// from a private network out to the world. Never from the world into the networks of the client.
    /// </summary>
    public static bool MaySendTo(IPAddress home, IPAddress other)
    {
        var (here, there) = (Of(home), Of(other));
        return there != AddressScope.None && (here == there || (here == AddressScope.Private && there == AddressScope.Global));
    }
}
