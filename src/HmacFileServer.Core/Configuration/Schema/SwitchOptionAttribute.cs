using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>`true` or `false`.</summary>
internal sealed class SwitchOptionAttribute(string description) : OptionAttribute(description)
{
    protected override string Expectation => "true or false, without quotes";

    public override object? FromNode(TomlNode node, OptionProblems problems) => node switch
    {
        TomlBoolean value => value.Value,
        TomlString text => RefuseText(text.Value, problems),
        _ => RefuseKind(node, problems),
    };

    public override object? FromText(string text, OptionProblems problems) => text switch
    {
        "true" => true,
        "false" => false,
        _ => RefuseText(text, problems),
    };

    public override string ToToml(object? value) => value is true ? "true" : "false";
}
