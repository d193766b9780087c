using System.Net;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Paths;

/// <summary>Which interfaces lead to the server, and how much each is liked.</summary>
internal sealed class PathFinder(ClientOptions options)
{
    /// <summary>Named interfaces come before every kind.</summary>
    private const int NamedFirst = -1000;

    /// <summary>The usable paths to a server's addresses. A server on this very device is reached without binding, as `lo`.</summary>
    public IReadOnlyList<PathCandidate> Find(IReadOnlyList<InterfaceSnapshot> interfaces, IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.All(a => IPAddress.IsLoopback(a) || interfaces.Any(i => i.Addresses.Contains(a))))
            return [new PathCandidate("lo", InterfaceType.Loopback, null)];
        var found = new List<PathCandidate>();
        foreach (var snapshot in interfaces)
        {
            if (!snapshot.IsUsable || (options.OnlyInterfaces.Count > 0 && !options.OnlyInterfaces.Contains(snapshot.Name)))
                continue;
            var path = new PathCandidate(snapshot.Name, snapshot.Type, snapshot);
            if (path.Choose(addresses).Count > 0)
                found.Add(path);
        }
        return found;
    }

    public PathTuning Tuning(PathCandidate path) => PathTuning.From(options.Interfaces.For(path.Type));

    /// <summary>Lower is preferred.</summary>
    public int Priority(PathCandidate path)
    {
        for (var i = 0; i < options.InterfacePriority.Count; i++)
        {
            if (options.InterfacePriority[i] == path.Name)
                return NamedFirst + i;
        }
        return Tuning(path).Priority;
    }
}
