using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>One section: its options and the sections below it, read once from the records and their attributes.</summary>
internal sealed class SectionSchema
{
    /// <summary>Why a program may be trimmed all the same.</summary>
    private const string KeptWhole = "What is published trimmed keeps this assembly whole (TrimmerRootAssembly).";

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = KeptWhole)]
    private SectionSchema(string path, string key, string description, PropertyInfo? property, object defaults)
    {
        Path = path;
        Key = key;
        Description = description;
        Property = property;
        Defaults = defaults;
        var options = new List<OptionSchema>();
        var sections = new List<SectionSchema>();
        foreach (var member in defaults.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (member.GetCustomAttribute<OptionAttribute>() is { } option)
                options.Add(new OptionSchema(path, member, option));
            else if (member.GetCustomAttribute<SectionAttribute>() is { } section)
                sections.Add(Below(path, member, section, member.GetValue(defaults)!));
        }
        Options = options;
        Sections = sections;
    }

    /// <summary>The whole configuration.</summary>
    public static SectionSchema Root { get; } = new("", "", "", null, new HmacFileServerOptions());

    /// <summary>The full name, `network_interfaces.ethernet`; empty for the root.</summary>
    public string Path { get; }

    public string Key { get; }

    public string Description { get; }

    /// <summary>The property of the section above; null for the root.</summary>
    public PropertyInfo? Property { get; }

    /// <summary>The section's record with every default.</summary>
    public object Defaults { get; }

    public IReadOnlyList<OptionSchema> Options { get; }

    public IReadOnlyList<SectionSchema> Sections { get; }

    /// <summary>A new record of the section's type, with the defaults of this section (not of the type: each network has its own).</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = KeptWhole)]
    public object NewInstance()
    {
        var instance = Activator.CreateInstance(Defaults.GetType())!;
        foreach (var option in Options)
            option.Property.SetValue(instance, option.Property.GetValue(Defaults));
        foreach (var section in Sections)
            section.Property!.SetValue(instance, section.Property.GetValue(Defaults));
        return instance;
    }

    /// <summary>Every option of this section and of those below.</summary>
    public IEnumerable<OptionSchema> AllOptions() => Options.Concat(Sections.SelectMany(section => section.AllOptions()));

    private static SectionSchema Below(string path, PropertyInfo member, SectionAttribute section, object defaults)
    {
        var key = section.Key ?? SnakeCase.Of(member.Name);
        return new SectionSchema(path.Length == 0 ? key : $"{path}.{key}", key, section.Description, member, defaults);
    }
}
