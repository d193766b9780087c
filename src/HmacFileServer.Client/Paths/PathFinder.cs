using System.Net;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Paths;

/// <summary>Which interfaces lead to the server, and how much each is liked.</summary>
internal sealed class PathFinder(ClientOptions options)
{
    /// <summary>The name of the one path where `network_resilience` is off: the system routes it, from one interface to another as it likes.</summary>
    public const string SystemRoute = "system";

    private readonly InterfacePriority _priority = new(options.InterfacePriority, options.Interfaces);

    /// <summary>The usable paths to a server's addresses. A server on this very device is reached without binding, as `lo`.</summary>
    public IReadOnlyList<PathCandidate> Find(IReadOnlyList<InterfaceSnapshot> interfaces, IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.All(a => IPAddress.IsLoopback(a) || interfaces.Any(i => i.Addresses.Contains(a))))
            return [new PathCandidate("lo", InterfaceType.Loopback, null)];
        var onRoute = options.Resilient && options.MultiInterface ? null : OnDefaultRoute(interfaces, addresses);
        if (!options.Resilient)
            return onRoute is null ? [] : [new PathCandidate(SystemRoute, onRoute.Type, null)];
        var found = new List<PathCandidate>();
        foreach (var snapshot in interfaces)
        {
            if (!options.MultiInterface && snapshot != onRoute && snapshot.Name != options.ForceInterface)
                continue;
            if (!snapshot.IsUsable || (options.OnlyInterfaces.Count > 0 && !options.OnlyInterfaces.Contains(snapshot.Name)))
                continue;
            var path = new PathCandidate(snapshot.Name, snapshot.Type, snapshot);
            if (path.Choose(addresses).Count > 0)
                found.Add(path);
        }
        return found;
    }

    /// <summary>The interface that the system itself would take: that of the best route to the server; null where there is none.</summary>
    private static InterfaceSnapshot? OnDefaultRoute(IReadOnlyList<InterfaceSnapshot> interfaces, IReadOnlyList<IPAddress> addresses) => (
        from snapshot in interfaces
        where snapshot.IsUsable
        from route in snapshot.Routes
        from address in addresses
        where route.Destination.BaseAddress.AddressFamily == address.AddressFamily && route.Destination.Contains(address)
        orderby route.Destination.PrefixLength descending, route.Metric
        select snapshot).FirstOrDefault();

    public PathTuning Tuning(PathCandidate path) => PathTuning.From(options.Interfaces.For(path.Type));

    /// <summary>Lower is preferred.</summary>
    public int Priority(PathCandidate path) => _priority.Of(path.InterfaceName, path.Type);
}
