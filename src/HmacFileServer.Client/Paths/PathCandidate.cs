using System.Net;
using System.Net.Sockets;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Paths;

/// <summary>
/// A way to the server: an interface, or the system's own choice where binding makes no sense (loopback, the host itself); and one of the
/// server's addresses, where it has announced several.
/// </summary>
internal sealed record PathCandidate(string InterfaceName, InterfaceType Type, InterfaceSnapshot? Interface)
{
    /// <summary>Tells the path from all others of a transfer.</summary>
    public string Name { get; private init; } = InterfaceName;

    /// <summary>The address of the server that it leads to; null for what the URL's host name says.</summary>
    public IPAddress? Endpoint { get; private init; }

    /// <summary>The same interface, to another address of the server.</summary>
    public PathCandidate Toward(IPAddress endpoint) => this with { Endpoint = endpoint, Name = $"{InterfaceName}>{endpoint}" };

    /// <summary>Metered by its kind: cellular networks of every generation.</summary>
    public bool IsMetered => Type is InterfaceType.FiveG or InterfaceType.Lte or InterfaceType.Cellular;

    /// <summary>
    /// What tells the networks apart that the same interface leads to, at home and in a hotel: its gateway, else its subnet. Names a profile,
    /// and stays on this device.
    /// </summary>
    public string Network => $"{InterfaceName}@{Gateway ?? (Interface is { Routes: [var first, ..] } ? first.Destination.ToString() : "-")}";

    private string? Gateway => Interface?.Routes.Where(r => r.Gateway is not null).Select(r => r.Gateway!.ToString()).FirstOrDefault();

    /// <summary>The server's addresses that this path can reach, in the resolver's order.</summary>
    public IReadOnlyList<IPAddress> Choose(IReadOnlyList<IPAddress> addresses) =>
        [.. addresses.Where(a => Interface is null || (Interface.CanReach(a) && Source(a) is not null))];

    /// <summary>Binds a socket to the interface and to its source address, so that a change of either is noticed as such.</summary>
    public void Bind(Socket socket, IPAddress destination)
    {
        if (Interface is not null)
            SocketBinding.Bind(socket, Interface, Source(destination));
    }

    private IPAddress? Source(IPAddress destination) =>
        Interface!.Addresses.FirstOrDefault(a => a.AddressFamily == destination.AddressFamily);
}
