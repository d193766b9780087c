namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Finds `HFS_SECTION__KEY` in the environment.</summary>
internal static class EnvironmentVariables
{
    private const string Prefix = "HFS_";

    public static void AddSettings(IReadOnlyDictionary<string, string> environment, SettingList settings, MessageList messages)
    {
        var known = SectionSchema.Root.AllOptions().ToDictionary(option => option.EnvironmentVariable, StringComparer.Ordinal);
        foreach (var (name, value) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            if (known.TryGetValue(name, out var option))
                settings.Add(option.Path, new Setting(new OptionOrigin(name), value));
            else if (Explain(name, known.Keys) is { } problem)
                messages.Warnings.Add(new ConfigurationMessage(Shorten(name), null, null, "", problem));
        }
    }

    /// <summary>Variables without the double underscore belong to others (`HFS_HOME`), unless they only lack it.</summary>
    private static string? Explain(string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Of(name, known);
        if (nearest is not null && (name.Contains("__", StringComparison.Ordinal) || NearestName.Normal(nearest) == NearestName.Normal(name)))
            return $"unknown variable, ignored: did you mean {nearest}?";
        return name.Contains("__", StringComparison.Ordinal) ? "unknown variable, ignored: it names no option." : null;
    }

    private static string Shorten(string name) => name.Length <= 80 && !name.Any(char.IsControl) ? name : OptionProblems.Show(name);
}
