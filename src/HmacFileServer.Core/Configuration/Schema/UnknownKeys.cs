using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Says of a key that is not known what was probably meant.</summary>
internal static class UnknownKeys
{
    private const int Longest = 64;

    /// <summary>The key's full name as a message shows it.</summary>
    public static string Path(SectionSchema schema, TomlEntry entry)
    {
        var key = TomlText.Key(entry.Key.Length <= Longest ? entry.Key : entry.Key[..Longest] + "...");
        return schema.Path.Length == 0 ? key : $"{schema.Path}.{key}";
    }

    public static string Explain(SectionSchema schema, TomlEntry entry)
    {
        var what = entry.Value is TomlTable or TomlArray { IsOfTables: true } ? "section" : "key";
        if (FindGoServerKey(schema, entry) is { } known)
            return $"a {what} of the Go server, ignored: {known.Text}";
        if (NearestName.Of(entry.Key, schema.Options.Select(o => o.Key).Concat(schema.Sections.Select(s => s.Key))) is { } nearest)
            return $"unknown {what}, ignored: did you mean {nearest}?";
        // `enabled` and `chunk_size` stand in several sections: none of them is more likely than the others.
        if (what == "key" && ElsewhereIn(SectionSchema.Root, entry.Key).Take(2).ToList() is [var section])
            return $"unknown key, ignored: it belongs in [{section}].";
        return $"unknown {what}, ignored.";
    }

    /// <summary>What is known of it as a key of the Go server; null if it is none.</summary>
    public static GoServerKey? FindGoServerKey(SectionSchema schema, TomlEntry entry) =>
        GoServerKeyTable.Find(schema.Path.Length == 0 ? entry.Key : $"{schema.Path}.{entry.Key}");

    private static IEnumerable<string> ElsewhereIn(SectionSchema schema, string key)
    {
        var here = schema.Options.Where(o => NearestName.Normal(o.Key) == NearestName.Normal(key)).Select(_ => schema.Path);
        return here.Concat(schema.Sections.SelectMany(below => ElsewhereIn(below, key)));
    }
}
