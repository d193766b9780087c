using System.Net;

namespace HmacFileServer.Core.Networks;

/// <summary>What the operating system says of one network interface at one instant.</summary>
/// <param name="Index">The kernel's interface index; unique while the interface exists.</param>
/// <param name="Name">The kernel's name, `eth0`.</param>
/// <param name="Type">The kind of network, from sysfs, else from the name.</param>
public sealed record InterfaceSnapshot(int Index, string Name, InterfaceType Type)
{
    /// <summary>Administratively up (IFF_UP).</summary>
    public bool IsUp { get; init; }

    /// <summary>The link has a carrier (IFF_LOWER_UP, RFC 2863 operstate up or unknown).</summary>
    public bool HasCarrier { get; init; }

    /// <summary>Largest packet, in bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>Addresses of global or unique-local scope, usable as a source; neither tentative nor deprecated ones.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>The routes that leave through this interface and reach beyond its own subnet, best metric first.</summary>
    public IReadOnlyList<InterfaceRoute> Routes { get; init; } = [];

    /// <summary>Up, with carrier, and with at least one address: a socket bound to it can be expected to send.</summary>
    public bool IsUsable => IsUp && HasCarrier && Addresses.Count > 0;

    /// <summary>True if a destination of this family has a route out of this interface: a default route, a matching prefix, or the interface's own subnet.</summary>
    public bool CanReach(IPAddress destination)
    {
        foreach (var route in Routes)
        {
            if (route.Destination.BaseAddress.AddressFamily == destination.AddressFamily && route.Destination.Contains(destination))
                return true;
        }
        return false;
    }
}

/// <summary>One route out of an interface.</summary>
/// <param name="Destination">The prefix; 0.0.0.0/0 or ::/0 for a default route. Subnet (link-scope) routes are included.</param>
/// <param name="Gateway">The next hop, or null for a link-scope route.</param>
/// <param name="Metric">The kernel's metric (RTA_PRIORITY); lower wins.</param>
public sealed record InterfaceRoute(IPNetwork Destination, IPAddress? Gateway, int Metric);
