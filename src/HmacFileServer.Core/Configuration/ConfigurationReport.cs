using System.Text;
using HmacFileServer.Core.Configuration.Schema;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration;

/// <summary>One option as `check-config` and the documentation show it.</summary>
/// <param name="Key">The full name: `server.listen_address`.</param>
/// <param name="EnvironmentVariable">`HFS_SERVER__LISTEN_ADDRESS`.</param>
/// <param name="Description">One line.</param>
/// <param name="Default">The default as TOML; empty for secrets.</param>
public sealed record OptionDescription(string Key, string EnvironmentVariable, string Description, string Default);

/// <summary>Shows the configuration in force.</summary>
public static class ConfigurationReport
{
    /// <summary>Every option that there is.</summary>
    public static IReadOnlyList<OptionDescription> Options { get; } = [.. Describe(SectionSchema.Root)];

    /// <summary>The sections and keys of the Go HMAC File Server that have no effect, and what is said of each.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> GoServerKeys { get; } =
        [.. GoServerKeyTable.Entries.Select(k => KeyValuePair.Create(k.Key, k.Value.Text)).OrderBy(k => k.Key, StringComparer.Ordinal)];

    /// <summary>
    /// The options in force as TOML, each with its description and its origin. Secrets are comments, so that the text can
    /// be used as a configuration without a mask being taken for a secret.
    /// </summary>
    public static string ToToml(ConfigurationResult result)
    {
        var text = new StringBuilder();
        Append(text, SectionSchema.Root, result.Options, result);
        return text.ToString();
    }

    /// <summary>The options that say something else in <paramref name="after"/>; secrets are compared too, and not shown.</summary>
    public static IReadOnlyList<string> Changes(HmacFileServerOptions before, HmacFileServerOptions after) => [.. Changes(SectionSchema.Root, before, after)];

    private static IEnumerable<string> Changes(SectionSchema schema, object before, object after)
    {
        foreach (var option in schema.Options)
        {
            var (old, now) = (option.Property.GetValue(before), option.Property.GetValue(after));
            var isSame = old is IEnumerable<Secret> olds && now is IEnumerable<Secret> news ? olds.SequenceEqual(news)
                : option.Attribute.IsSecret ? Equals(old, now)
                : option.Attribute.ToToml(old) == option.Attribute.ToToml(now);
            if (!isSame)
                yield return option.Path;
        }
        foreach (var below in schema.Sections)
        {
            foreach (var path in Changes(below, below.Property!.GetValue(before)!, below.Property.GetValue(after)!))
                yield return path;
        }
    }

    private static void Append(StringBuilder text, SectionSchema schema, object section, ConfigurationResult result)
    {
        if (schema.Options.Count > 0)
            text.Append(text.Length == 0 ? "" : "\n").Append($"# {schema.Description}\n[{schema.Path}]\n");
        foreach (var option in schema.Options)
        {
            var origin = result.OriginOf(option.Path);
            var value = option.Property.GetValue(section);
            text.Append($"# {option.Attribute.Description}\n");
            text.Append(option.Attribute.IsSecret
                ? $"# {option.Key}: {(origin == OptionOrigin.Default ? "not set" : "set, not shown")}"
                : $"{option.Key} = {option.Attribute.ToToml(value)}");
            text.Append($"  # {OneLine(origin.ToString())}\n");
        }
        foreach (var below in schema.Sections)
            Append(text, below, below.Property!.GetValue(section)!, result);
    }

    private static IEnumerable<OptionDescription> Describe(SectionSchema schema)
    {
        foreach (var option in schema.Options)
        {
            var value = option.Property.GetValue(schema.Defaults);
            yield return new OptionDescription(
                option.Path, option.EnvironmentVariable, option.Attribute.Description, option.Attribute.IsSecret ? "" : option.Attribute.ToToml(value));
        }
        foreach (var option in schema.Sections.SelectMany(Describe))
            yield return option;
    }

    /// <summary>A file may be called anything; a comment may not hold control characters.</summary>
    private static string OneLine(string text) => text.Any(char.IsControl) ? TomlText.String(text) : text;
}
