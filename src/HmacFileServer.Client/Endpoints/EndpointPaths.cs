using System.Net;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Endpoints;

/// <summary>The paths of one transfer: each an interface here, and the server's name or one of the addresses that it announced. The run loop's alone.</summary>
/// <param name="finder">Which interfaces lead to an address.</param>
/// <param name="options">The stability time.</param>
/// <param name="named">What the URL's host name says at present.</param>
internal sealed class EndpointPaths(PathFinder finder, ClientOptions options, Func<IReadOnlyList<IPAddress>> named)
{
    private readonly Dictionary<string, TimeSpan> _interfaceSince = [];

    /// <summary>What the server announced.</summary>
    public EndpointBook Book { get; } = new();

    /// <summary>The address at which the server was reached by its name, while the name has it; else all that the name has.</summary>
    public IReadOnlyList<IPAddress> HomeAddresses => Book.Home is { } home && named().Contains(home) ? [home] : named();

    public IReadOnlyList<PathCandidate> Find(IReadOnlyList<InterfaceSnapshot> interfaces, TimeSpan now)
    {
        Note(interfaces, now);
        var home = Book.IsHomeUp ? finder.Find(interfaces, HomeAddresses) : [];
        return [.. home, .. Book.Others.SelectMany(address => finder.Find(interfaces, [address]).Select(p => p.Toward(address)))];
    }

    /// <summary>
    /// What the server itself prefers has been watched there for its stability time, and need not be watched here again; the interface
    /// must have been stable all the same.
    /// </summary>
    public TimeSpan VouchedFor(PathCandidate path, TimeSpan now)
    {
        if (!Book.IsVouchedFor(path.Endpoint))
            return TimeSpan.Zero;
        var stable = options.Failover.StabilityTime;
        return _interfaceSince.TryGetValue(path.InterfaceName, out var since) && now - since < stable ? now - since : stable;
    }

    private void Note(IReadOnlyList<InterfaceSnapshot> interfaces, TimeSpan now)
    {
        var usable = interfaces.Where(i => i.IsUsable).Select(i => i.Name).ToHashSet();
        foreach (var gone in _interfaceSince.Keys.Except(usable).ToList())
            _interfaceSince.Remove(gone);
        foreach (var name in usable)
            _interfaceSince.TryAdd(name, now);
    }
}
