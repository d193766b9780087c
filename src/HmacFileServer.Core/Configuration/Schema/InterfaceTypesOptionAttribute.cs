using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Kinds of interfaces by name: `wwan0=5g`.</summary>
internal sealed class InterfaceTypesOptionAttribute(string description) : ListOptionAttribute<InterfaceTypeOverride>(description)
{
    protected override string Expectation =>
        "a list of interfaces with their kind (ethernet, wifi, 5g, lte, satellite, cellular, vpn), like [\"wwan0=5g\", \"eth1=satellite\"]";

    protected override InterfaceTypeOverride? Read(string text, OptionProblems problems)
    {
        var equals = text.LastIndexOf('=');
        if (equals < 1 || !InterfaceNameOptionAttribute.IsName(text[..equals].TrimEnd())
            || !InterfaceTypeNames.TryParse(text.AsSpan(equals + 1).Trim(), out var type) || type is InterfaceType.Unknown or InterfaceType.Loopback)
            return (InterfaceTypeOverride?)RefuseText(text, problems);
        return new InterfaceTypeOverride(text[..equals].TrimEnd(), type);
    }
}
