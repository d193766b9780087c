namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Makes a property a section (a table) of the configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SectionAttribute(string description) : Attribute
{
    /// <summary>One line for the operator.</summary>
    public string Description { get; } = description;

    /// <summary>The section's name; null for the property's name in snake case.</summary>
    public string? Key { get; init; }
}
