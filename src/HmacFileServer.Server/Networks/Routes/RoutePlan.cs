using HmacFileServer.Platform.Routes;

namespace HmacFileServer.Server.Networks.Routes;

/// <summary>
/// Which changes make the default routes follow the preferred interface, as few as will do: a copy of its route with a metric below all others; and
/// where another has the lowest metric that there is, that one makes way. Pure.
/// </summary>
internal static class RoutePlan
{
    /// <summary>Metric of a route that made way, plus its interface's number, so that no two collide: higher than what network managers give (100 to 1024 and some).</summary>
    private const uint Aside = 20_000;

    /// <summary>The changes that should be in force.</summary>
    /// <param name="routes">The kernel's default routes.</param>
    /// <param name="changes">Those in force now.</param>
    /// <param name="preferred">The interface to prefer; null for none.</param>
    public static IReadOnlyList<RouteChange> Wanted(IReadOnlyList<DefaultRoute> routes, IReadOnlyList<RouteChange> changes, int? preferred)
    {
        var wanted = new List<RouteChange>();
        if (preferred is not { } index)
            return wanted;
        foreach (var family in Untouched(routes, changes).GroupBy(r => r.IsIPv6))
            wanted.AddRange(Wanted([.. family], index));
        return wanted;
    }

    private static IEnumerable<RouteChange> Wanted(List<DefaultRoute> routes, int preferred)
    {
        var others = routes.Where(r => r.InterfaceIndex != preferred).ToList();
        if (routes.Where(r => r.InterfaceIndex == preferred).MinBy(r => r.Metric) is not { } best || others.Count == 0)
            yield break;
        // IPv4 knows metric 0; IPv6 takes 0 for "the default", 1024.
        var lowest = best.IsIPv6 ? 1u : 0u;
        if (best.Metric < others.Min(r => r.Metric))
            yield break;
        var below = uint.MaxValue;
        foreach (var other in others)
        {
            var metric = other.Metric;
            if (metric <= lowest)
            {
                metric = Aside + (uint)other.InterfaceIndex;
                yield return new RouteChange(IsMove: true, other, other.AsOwn(metric));
            }
            below = Math.Min(below, metric);
        }
        if (best.Metric >= below)
            yield return new RouteChange(IsMove: false, best, best.AsOwn(below - 1));
    }

    /// <summary>The routes as they would be without us.</summary>
    private static IEnumerable<DefaultRoute> Untouched(IReadOnlyList<DefaultRoute> routes, IReadOnlyList<RouteChange> changes)
    {
        foreach (var route in routes)
        {
            if (changes.FirstOrDefault(c => c.Ours.IsSamePlace(route)) is not { } change)
            {
                if (route.Protocol != DefaultRoute.OwnProtocol)
                    yield return route;
            }
            // Somebody may have made the original again meanwhile: then it is in the table itself.
            else if (change.IsMove && !routes.Any(r => r.IsSamePlace(change.Original)))
                yield return change.Original;
        }
    }
}
