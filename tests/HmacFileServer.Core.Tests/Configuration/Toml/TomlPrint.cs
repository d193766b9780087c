using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>Prints a document on one line, types visible, so that expectations can be tables: `{a=1 b=[2.0 "x"]}`.</summary>
internal static class TomlPrint
{
    public static string Print(string toml) => Print(TomlReader.Read(toml, "t.toml").Root);

    public static string Print(TomlNode node) => node switch
    {
        TomlString s => TomlText.String(s.Value),
        TomlInteger i => i.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat f => Print(f.Value),
        TomlBoolean b => b.Value ? "true" : "false",
        TomlDateTime d => Print(d),
        TomlArray a => (a.IsOfTables ? "[[" : "[") + string.Join(' ', a.Select(Print)) + (a.IsOfTables ? "]]" : "]"),
        TomlTable t => "{" + string.Join(' ', t.Entries.Select(e => $"{TomlText.Key(e.Key)}={Print(e.Value)}")) + "}",
        _ => throw new ArgumentException(node.KindName),
    };

    private static string Print(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "+inf" : "-inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private static string Print(TomlDateTime value)
    {
        var date = value.Date is { } d ? $"{d.Year:D4}-{d.Month:D2}-{d.Day:D2}" : "";
        var time = value.Time is { } t ? $"T{t.Hour:D2}:{t.Minute:D2}:{t.Second:D2}.{t.Nanosecond:D9}" : "";
        return date + time + (value.OffsetMinutes is { } o ? $"{o:+0;-0;+0}m" : "");
    }
}
