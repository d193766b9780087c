using System.Globalization;
using System.Reflection;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>One option: its names, its property, and what reads it.</summary>
internal sealed class OptionSchema(string sectionPath, PropertyInfo property, OptionAttribute attribute)
{
    public string Key { get; } = SnakeCase.Of(property.Name);

    /// <summary>The full name: `server.listen_address`.</summary>
    public string Path { get; } = $"{sectionPath}.{SnakeCase.Of(property.Name)}";

    /// <summary>`HFS_SERVER__LISTEN_ADDRESS`.</summary>
    public string EnvironmentVariable { get; } = $"HFS_{sectionPath}.{SnakeCase.Of(property.Name)}".Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    public PropertyInfo Property { get; } = property;

    public OptionAttribute Attribute { get; } = attribute;

    /// <summary>Sets the property; numbers were checked against the range of its type by their attribute.</summary>
    public void Set(object section, object? value)
    {
        if (value is long number && Property.PropertyType == typeof(int))
            value = Convert.ToInt32(number, CultureInfo.InvariantCulture);
        Property.SetValue(section, value);
    }
}
