namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>Which of the kernel's tables.</summary>
[Flags]
internal enum KernelTable
{
    None = 0,
    Links = 1,
    Addresses = 2,
    Routes = 4,
    All = Links | Addresses | Routes,
}

/// <summary>
/// A copy of the kernel's links, addresses and routes, kept by its announcements. Each entry remembers in which dump it was
/// last seen, so that the end of a dump sweeps what is gone. Pure: bytes in, tables out.
/// </summary>
internal sealed class KernelTables
{
    private readonly Dictionary<int, Entry<KernelLink>> _links = [];
    private readonly Dictionary<KernelAddress, Entry<bool>> _addresses = []; // key without its state, value: usable
    private readonly Dictionary<KernelRoute, int> _routes = [];
    private readonly List<KernelRoute> _parsed = []; // reused by every route message
    private int _generation;
    private int _arrivals;

    public IEnumerable<KernelLink> Links => _links.Values.Select(e => e.Value);

    /// <summary>Anything changed since this was last reset.</summary>
    public bool Changed { get; set; }

    /// <summary>A link changed its carrier since this was last reset.</summary>
    public bool CarrierChanged { get; set; }

    /// <summary>Usable addresses in the order in which the kernel told of them.</summary>
    public ILookup<int, KernelAddress> UsableAddresses() =>
        _addresses.Where(a => a.Value.Value).OrderBy(a => a.Value.Arrival).Select(a => a.Key).ToLookup(a => a.Index);

    public ILookup<int, KernelRoute> Routes() => _routes.Keys.ToLookup(r => r.Index);

    /// <summary>What is told from here on belongs to a new dump.</summary>
    public void BeginDump() => _generation++;

    /// <summary>Removes what the dump that ends here did not tell.</summary>
    public void EndDump(KernelTable table)
    {
        if (table.HasFlag(KernelTable.Links))
            RemoveWhere(_links, (_, e) => e.Generation != _generation);
        if (table.HasFlag(KernelTable.Addresses))
            RemoveWhere(_addresses, (_, e) => e.Generation != _generation);
        if (table.HasFlag(KernelTable.Routes))
            RemoveWhere(_routes, (_, generation) => generation != _generation);
    }

    /// <summary>Takes over one message.</summary>
    /// <returns>The tables that can no longer be trusted, because the kernel changes them without a word on such an occasion.</returns>
    public KernelTable Apply(NetlinkHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case NetlinkProtocol.NewLink:
                return KernelLink.Parse(payload) is { } link ? Put(link) : KernelTable.None;
            case NetlinkProtocol.DeleteLink:
                if (KernelLink.Parse(payload) is { } gone)
                    Forget(gone.Index);
                return KernelTable.None;
            case NetlinkProtocol.NewAddress:
                if (KernelAddress.Parse(payload) is { } address)
                    Put(address);
                return KernelTable.None;
            case NetlinkProtocol.DeleteAddress:
                // With the last address of a family go its routes, IPv4's unannounced.
                if (KernelAddress.Parse(payload) is not { } removed || !_addresses.Remove(removed with { IsUsable = false }))
                    return KernelTable.None;
                Changed = true;
                return KernelTable.Routes;
            case NetlinkProtocol.NewRoute:
                KernelRoute.Parse(payload, dead: false, _parsed);
                foreach (var route in _parsed)
                {
                    Changed |= !_routes.ContainsKey(route);
                    _routes[route] = _generation;
                }
                // It stands in for others that are not named.
                return (header.Flags & (NetlinkProtocol.Replace | NetlinkProtocol.Append)) != 0 && _parsed.Count > 0 && !IsDumped(header)
                    ? KernelTable.Routes : KernelTable.None;
            case NetlinkProtocol.DeleteRoute:
                KernelRoute.Parse(payload, dead: true, _parsed);
                foreach (var route in _parsed)
                    Changed |= _routes.Remove(route);
                return KernelTable.None;
            default:
                return KernelTable.None;
        }
    }

    private static bool IsDumped(NetlinkHeader header) => (header.Flags & NetlinkProtocol.Multipart) != 0;

    private KernelTable Put(KernelLink link)
    {
        var before = _links.GetValueOrDefault(link.Index)?.Value;
        _links[link.Index] = new Entry<KernelLink>(link, _generation, 0);
        Changed |= !link.Equals(before);
        CarrierChanged |= before is not null && before.HasCarrier != link.HasCarrier;
        if (before is null || before.IsUp == link.IsUp)
            return KernelTable.None;
        // Taken down, a link loses its routes without an announcement each; brought up, next hops marked dead revive the same way.
        if (!link.IsUp)
            RemoveWhere(_routes, (route, _) => route.Index == link.Index);
        return KernelTable.Routes;
    }

    private void Put(KernelAddress address)
    {
        var key = address with { IsUsable = false };
        var arrival = _addresses.TryGetValue(key, out var before) ? before.Arrival : _arrivals++;
        Changed |= before?.Value != address.IsUsable;
        _addresses[key] = new Entry<bool>(address.IsUsable, _generation, arrival);
    }

    private void Forget(int index)
    {
        Changed |= _links.Remove(index);
        RemoveWhere(_addresses, (address, _) => address.Index == index);
        RemoveWhere(_routes, (route, _) => route.Index == index);
    }

    private void RemoveWhere<TKey, TValue>(Dictionary<TKey, TValue> table, Func<TKey, TValue, bool> isGone)
        where TKey : notnull
    {
        foreach (var (key, value) in table)
        {
            if (isGone(key, value))
                Changed |= table.Remove(key); // allowed while enumerating
        }
    }

    private sealed record Entry<T>(T Value, int Generation, int Arrival);
}
