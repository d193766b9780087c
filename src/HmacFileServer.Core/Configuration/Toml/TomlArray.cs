using System.Collections;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>An array: written as `[1, 2]`, or an array of tables made by `[[name]]` headers.</summary>
public sealed class TomlArray : TomlNode, IReadOnlyList<TomlNode>
{
    private readonly List<TomlNode> _items = [];

    internal TomlArray(TomlPosition position, int depth, bool ofTables)
        : base(position)
    {
        Depth = depth;
        IsOfTables = ofTables;
    }

    /// <summary>True for an array made by `[[name]]` headers: only those can be extended by further headers.</summary>
    public bool IsOfTables { get; }

    public override string KindName => IsOfTables ? "an array of tables" : "an array";

    public int Count => _items.Count;

    public TomlNode this[int index] => _items[index];

    internal int Depth { get; }

    public IEnumerator<TomlNode> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(TomlNode item) => _items.Add(item);
}
