using System.Text;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Writes keys and strings so that <see cref="TomlReader"/> reads the same again.</summary>
public static class TomlText
{
    /// <summary>The key, bare where it can be, else in quotes.</summary>
    public static string Key(string key) => key.Length > 0 && key.All(c => TomlKeys.IsBare(c)) ? key : String(key);

    /// <summary>A basic string: one line, control characters escaped. Lone surrogates, which TOML cannot hold, become U+FFFD.</summary>
    public static string String(string value)
    {
        var result = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\t' => result.Append("\\t"),
                '\r' => result.Append("\\r"),
                < ' ' or (>= 0x7F and < 0xA0) => result.Append($"\\u{rune.Value:X4}"),
                _ => result.Append(rune.ToString()),
            };
        }
        return result.Append('"').ToString();
    }
}
