namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A value that does not stand under its own key of the file.</summary>
internal sealed record Setting(OptionOrigin Origin, string Text);

/// <summary>Values from outside the file, by the option's full name; the last one of an option wins.</summary>
internal sealed class SettingList
{
    private readonly Dictionary<string, List<Setting>> _settings = new(StringComparer.Ordinal);

    public IReadOnlyList<Setting> For(string path) => _settings.TryGetValue(path, out var settings) ? settings : [];

    public void Add(string path, Setting setting)
    {
        if (!_settings.TryGetValue(path, out var settings))
            _settings.Add(path, settings = []);
        settings.Add(setting);
    }

    /// <exception cref="ArgumentException">A flag names an option that does not exist: a mistake in the program.</exception>
    public void AddOverrides(IReadOnlyList<OptionOverride> overrides)
    {
        foreach (var flag in overrides)
        {
            if (!SectionSchema.Root.AllOptions().Any(option => option.Path == flag.Key))
                throw new ArgumentException($"{flag.Source} sets {flag.Key}, which is no option.", nameof(overrides));
            Add(flag.Key, new Setting(new OptionOrigin(flag.Source), flag.Value));
        }
    }
}
