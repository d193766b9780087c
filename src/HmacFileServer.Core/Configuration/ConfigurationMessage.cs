using System.Globalization;

namespace HmacFileServer.Core.Configuration;

/// <summary>One error or warning: where, which key, what is wrong and what to write instead. Never the text of a secret.</summary>
/// <param name="Source">The file's name, the environment variable, or the flag.</param>
/// <param name="Line">The line in the file, 1-based; null for anything but a file.</param>
/// <param name="Column">The column in the file, 1-based; null for anything but a file.</param>
/// <param name="Key">The option's or section's full name, `server.listen_address`; empty where the text is no TOML.</param>
/// <param name="Problem">What is wrong and what to do.</param>
public sealed record ConfigurationMessage(string Source, int? Line, int? Column, string Key, string Problem)
{
    /// <summary>True for a key without effect on which no safety depends: of many such, a start shows only the first.</summary>
    public bool IsMinor { get; init; }

    /// <summary>`config.toml:3:14: server.max_upload_size: ...`</summary>
    public override string ToString()
    {
        var place = Line is null ? Source : string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}");
        return Key.Length == 0 ? $"{place}: {Problem}" : $"{place}: {Key}: {Problem}";
    }
}
