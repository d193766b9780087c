namespace HmacFileServer.Core.Slots;

/// <summary>How often a query names a parameter.</summary>
public enum QueryPresence
{
    Absent,
    Once,

    /// <summary>Several times: whoever signed it meant one, and nobody can tell which.</summary>
    Repeated,
}

/// <summary>
/// The parameters of a query in their order, names and values percent-decoded once. `+` stays a plus: this is not a form.
/// </summary>
public sealed class QueryParameters
{
    /// <summary>Most parameters. Slots have two; the rest is room for what links pick up on their way, and a bound for the attacker.</summary>
    public const int MaxCount = 64;

    private readonly KeyValuePair<string, string>[] _items;

    internal QueryParameters(KeyValuePair<string, string>[] items) => _items = items;

    public static QueryParameters Empty { get; } = new([]);

    public IReadOnlyList<KeyValuePair<string, string>> Items => _items;

    /// <summary>Finds a parameter by its exact name; the value is the first one's, empty if it is absent.</summary>
    public QueryPresence Find(string name, out string value)
    {
        value = "";
        var presence = QueryPresence.Absent;
        foreach (var item in _items)
        {
            if (!string.Equals(item.Key, name, StringComparison.Ordinal))
                continue;
            if (presence != QueryPresence.Absent)
                return QueryPresence.Repeated;
            presence = QueryPresence.Once;
            value = item.Value;
        }
        return presence;
    }

    public bool Has(string name) => Find(name, out _) != QueryPresence.Absent;
}
