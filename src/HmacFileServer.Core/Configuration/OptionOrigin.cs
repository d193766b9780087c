using System.Globalization;

namespace HmacFileServer.Core.Configuration;

/// <summary>Where the value of an option comes from.</summary>
/// <param name="Source">The file's name, the environment variable, or the flag; null for the default.</param>
/// <param name="Line">The line in the file, 1-based; null for anything but a file.</param>
/// <param name="Column">The column in the file, 1-based; null for anything but a file.</param>
public sealed record OptionOrigin(string? Source, int? Line = null, int? Column = null)
{
    /// <summary>Nobody set the option.</summary>
    public static OptionOrigin Default { get; } = new((string?)null);

    /// <summary>`default`, `config.toml:12`, `HFS_SERVER__BASE_PATH` or `--listen`.</summary>
    public override string ToString() => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Source}:{line}") : Source ?? "default";
}
