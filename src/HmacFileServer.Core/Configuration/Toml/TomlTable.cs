using System.Diagnostics.CodeAnalysis;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>A table.</summary>
public sealed class TomlTable : TomlNode
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<TomlEntry> _entries = [];

    internal TomlTable(TomlPosition position, int depth, TomlTableOrigin origin)
        : base(position)
    {
        Depth = depth;
        Origin = origin;
    }

    public override string KindName => Origin == TomlTableOrigin.Inline ? "an inline table" : "a table";

    /// <summary>The entries in the order of the document.</summary>
    public IReadOnlyList<TomlEntry> Entries => _entries;

    internal int Depth { get; }

    internal TomlTableOrigin Origin { get; set; }

    /// <summary>Finds a key, compared as Unicode code points: keys differ in case, and are not normalised.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TomlEntry? entry)
    {
        entry = _index.TryGetValue(key, out var index) ? _entries[index] : null;
        return entry is not null;
    }

    internal void Add(TomlEntry entry)
    {
        _index.Add(entry.Key, _entries.Count);
        _entries.Add(entry);
    }
}

/// <summary>One key of a table, where it was written, and its value.</summary>
public sealed record TomlEntry(string Key, TomlPosition KeyPosition, TomlNode Value);

/// <summary>How a table came to be, which decides what may still add to it.</summary>
internal enum TomlTableOrigin
{
    /// <summary>On the way to a deeper header: `a` of `[a.b]`. Its own header may still come, once.</summary>
    Implied,

    /// <summary>The root, a `[header]`, or an element of an array of tables.</summary>
    Header,

    /// <summary>Made by a dotted key. Open to dotted keys of its section and to headers below it, not to a header of its own.</summary>
    Dotted,

    /// <summary>`{ ... }`: complete where it stands.</summary>
    Inline,
}
