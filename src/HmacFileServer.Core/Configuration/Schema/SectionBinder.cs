using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Makes the records of the sections from a document and the settings from elsewhere.</summary>
internal sealed class SectionBinder(string fileName, SettingList settings, MessageList messages)
{
    private readonly Dictionary<string, OptionOrigin> _origins = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, OptionOrigin> Origins => _origins;

    /// <summary>The record of a section, with those below it.</summary>
    public object Bind(SectionSchema schema, TomlTable? table)
    {
        var instance = schema.NewInstance();
        var errorsBefore = messages.Errors.Count;
        var tables = new Dictionary<SectionSchema, TomlTable>();
        foreach (var entry in table?.Entries ?? [])
            ReadEntry(schema, instance, entry, tables);
        foreach (var option in schema.Options)
        {
            foreach (var setting in settings.For(option.Path))
                ReadSetting(option, instance, setting);
        }
        // Rules between options say nothing useful while one of them could not be read.
        if (instance is ICheckedSection section && messages.Errors.Count == errorsBefore)
            Check(schema, section);
        foreach (var below in schema.Sections)
            below.Property!.SetValue(instance, Bind(below, tables.GetValueOrDefault(below)));
        return instance;
    }

    private void ReadEntry(SectionSchema schema, object instance, TomlEntry entry, Dictionary<SectionSchema, TomlTable> tables)
    {
        if (schema.Options.FirstOrDefault(o => o.Key == entry.Key) is { } option)
            ReadOption(option, instance, entry);
        else if (schema.Sections.FirstOrDefault(s => s.Key == entry.Key) is not { } below)
            WarnOfUnknown(schema, entry);
        else if (entry.Value is TomlTable inner)
            tables[below] = inner;
        else
            messages.Refuse(fileName, entry.KeyPosition, below.Path, $"{entry.Value.KindName} does not fit here: write [{below.Path}] once, and its keys below it.");
    }

    private void WarnOfUnknown(SectionSchema schema, TomlEntry entry)
    {
        if (GoServerKeys.IsRead(schema.Path, entry.Key))
            return;
        var (line, column) = (entry.KeyPosition.Line, entry.KeyPosition.Column);
        messages.Warnings.Add(new ConfigurationMessage(fileName, line, column, UnknownKeys.Path(schema, entry), UnknownKeys.Explain(schema, entry))
        {
            IsMinor = UnknownKeys.FindGoServerKey(schema, entry) is not { IsProtection: true },
        });
    }

    private void ReadOption(OptionSchema option, object instance, TomlEntry entry)
    {
        if (GoServerKeys.WhyIgnored(option.Path, entry.Value) is { } reason)
        {
            messages.Warn(fileName, entry.Value.Position, option.Path, reason);
            return;
        }
        var problems = new OptionProblems();
        var value = option.Attribute.FromNode(entry.Value, problems);
        foreach (var (position, problem) in problems.Errors)
            messages.Refuse(fileName, position ?? entry.Value.Position, option.Path, problem);
        foreach (var warning in problems.Warnings)
            messages.Warn(fileName, entry.Value.Position, option.Path, warning);
        if (problems.Errors.Count > 0)
            return;
        option.Set(instance, value);
        _origins[option.Path] = new OptionOrigin(fileName, entry.KeyPosition.Line, entry.KeyPosition.Column);
    }

    private void ReadSetting(OptionSchema option, object instance, Setting setting)
    {
        var problems = new OptionProblems();
        var value = option.Attribute.FromText(setting.Text, problems);
        var origin = setting.Origin;
        messages.Errors.AddRange(problems.Errors.Select(e => new ConfigurationMessage(origin.Source!, origin.Line, origin.Column, option.Path, e.Problem)));
        messages.Warnings.AddRange(problems.Warnings.Select(w => new ConfigurationMessage(origin.Source!, origin.Line, origin.Column, option.Path, w)));
        if (problems.Errors.Count > 0)
            return;
        option.Set(instance, value);
        _origins[option.Path] = origin;
    }

    private void Check(SectionSchema schema, ICheckedSection section)
    {
        string PathOf(string property) => schema.Options.Single(option => option.Property.Name == property).Path;
        foreach (var (property, problem) in section.Check(property => _origins.ContainsKey(PathOf(property))))
        {
            var origin = _origins.GetValueOrDefault(PathOf(property), OptionOrigin.Default);
            messages.Errors.Add(new ConfigurationMessage(origin.Source ?? fileName, origin.Line, origin.Column, PathOf(property), problem));
        }
    }
}
