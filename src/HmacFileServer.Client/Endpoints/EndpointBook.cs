using System.Net;

namespace HmacFileServer.Client.Endpoints;

/// <summary>
/// What is known of the server's addresses: the one at which it was reached first, its home, and those that it announced. The run loop's alone.
/// </summary>
internal sealed class EndpointBook
{
    /// <summary>Each is a path more for every interface; servers have a few uplinks with two addresses each.</summary>
    private const int Most = 8;

    private readonly HashSet<IPAddress> _refused = [];
    private Dictionary<IPAddress, Entry> _entries = [];

    /// <summary>Where the server was reached by the URL's own name; null before it announced anything.</summary>
    public IPAddress? Home { get; private set; }

    /// <summary>Other addresses that are up, the preferred one first.</summary>
    public IEnumerable<IPAddress> Others => _entries.Values.Where(e => e.State != EndpointState.Down && !e.Address.Equals(Home)).OrderBy(e => e.Rank).Select(e => e.Address);

    /// <summary>False only if the server says that its home is down.</summary>
    public bool IsHomeUp => Home is null || !_entries.TryGetValue(Home, out var home) || home.State != EndpointState.Down;

    /// <summary>Lower is preferred; what the server did not speak of, its home behind a translation, comes first.</summary>
    public int RankOf(IPAddress? endpoint) => (endpoint ?? Home) is { } address && _entries.TryGetValue(address, out var entry) ? entry.Rank : 0;

    /// <summary>The server itself prefers it, and so has seen it stable.</summary>
    public bool IsVouchedFor(IPAddress? endpoint) => (endpoint ?? Home) is { } address && _entries.TryGetValue(address, out var entry) && entry.State == EndpointState.Active;

    /// <summary>Takes in what the server announced; true if anything is other than before.</summary>
    /// <param name="list">What it said.</param>
    /// <param name="home">The address that it said it at, if the home is not known yet.</param>
    public bool Take(IReadOnlyList<AnnouncedEndpoint> list, IPAddress home)
    {
        Home ??= home;
        var ranked = list
            .Where(a => a.Address is not null && a.Interface is not null && a.State != EndpointState.Down && !_refused.Contains(a.Address) && AddressScopes.MaySendTo(Home, a.Address))
            .DistinctBy(a => a.Address)
            .OrderBy(a => a.State)
            .ThenBy(a => a.Priority)
            .Take(Most)
            .Select((a, i) => new Entry(a.Address!, i + 1, a.State))
            .ToDictionary(e => e.Address);
        // What is no longer spoken of is down; it is remembered, so that its return is one.
        foreach (var gone in _entries.Values.Where(e => !ranked.ContainsKey(e.Address)).OrderBy(e => e.Rank).Take(Most - ranked.Count).ToList())
            ranked.Add(gone.Address, gone with { Rank = Most + 1, State = EndpointState.Down });
        var isNews = ranked.Count != _entries.Count || ranked.Values.Any(e => !_entries.TryGetValue(e.Address, out var before) || before != e);
        _entries = ranked;
        return isNews;
    }

    /// <summary>Somebody else answers there: it is not taken again in this upload.</summary>
    public void Refuse(IPAddress endpoint)
    {
        _refused.Add(endpoint);
        _entries.Remove(endpoint);
    }

    /// <summary>Nothing of what was announced counts any more: the URL's own name alone says where the server is.</summary>
    public void Forget()
    {
        Home = null;
        _entries = [];
    }

    private sealed record Entry(IPAddress Address, int Rank, EndpointState State);
}
