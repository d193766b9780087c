using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>Makes the list that subscribers see out of the kernel's tables. Remembers what kind each interface was found to be.</summary>
internal sealed class SnapshotBuilder(MonitorOptions options, SysfsInterfaces sysfs)
{
    private readonly InterfaceClassifier _classifier = new(options.TypeOverrides);
    private readonly Dictionary<(int Index, string Name, string? Kind), (InterfaceTraits Traits, InterfaceType Type)> _known = [];

    public IReadOnlyList<InterfaceSnapshot> Build(KernelTables tables)
    {
        var addresses = tables.UsableAddresses();
        var routes = tables.Routes();
        var shown = new List<InterfaceSnapshot>();
        foreach (var link in tables.Links.OrderBy(l => l.Index))
        {
            var (traits, type) = Classify(link);
            var snapshot = new InterfaceSnapshot(link.Index, link.Name, type)
            {
                IsUp = link.IsUp,
                HasCarrier = link.HasCarrier,
                Mtu = link.Mtu,
                Addresses = [.. addresses[link.Index].Select(a => a.Address)],
                Routes = [.. routes[link.Index].Select(Route).Distinct().Order(BestFirst)],
            };
            if (InterfaceSelection.IsShown(traits, type, snapshot, options.IsNamed(link.Name)))
                shown.Add(snapshot);
        }
        Forget(tables);
        return shown;
    }

    /// <summary>Lowest metric first; then a fixed order, so that the same routes always make the same list.</summary>
    private static readonly Comparer<InterfaceRoute> BestFirst = Comparer<InterfaceRoute>.Create((a, b) =>
    {
        var order = a.Metric.CompareTo(b.Metric);
        if (order == 0)
            order = b.Destination.PrefixLength.CompareTo(a.Destination.PrefixLength);
        return order != 0 ? order : string.CompareOrdinal($"{a.Destination} {a.Gateway}", $"{b.Destination} {b.Gateway}");
    });

    private static InterfaceRoute Route(KernelRoute route) => new(route.Destination, route.Gateway, route.Metric);

    private (InterfaceTraits Traits, InterfaceType Type) Classify(KernelLink link)
    {
        var key = (link.Index, link.Name, link.Kind);
        if (_known.TryGetValue(key, out var known))
            return known;
        var seen = sysfs.Read(link.Name, link.Index);
        var traits = seen with
        {
            HardwareType = link.HardwareType,
            LinkKind = link.Kind,
            IsTun = seen.IsTun || link.Kind == "tun",
            IsBridge = seen.IsBridge || link.Kind == "bridge",
        };
        return _known[key] = (traits, _classifier.Classify(traits));
    }

    private void Forget(KernelTables tables)
    {
        var present = tables.Links.Select(l => (l.Index, l.Name, l.Kind)).ToHashSet();
        foreach (var key in _known.Keys)
        {
            if (!present.Contains(key))
                _known.Remove(key);
        }
    }
}
