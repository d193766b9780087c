using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A percentage, `5.0` or `"5%"`; for properties of type double that hold 0 to 100.</summary>
internal sealed class PercentOptionAttribute : NumberOptionAttribute
{
    public PercentOptionAttribute(string description)
        : base(description) => Max = 100;

    protected override string Expectation => "a percentage from 0 to 100, like 5.0 or \"5%\"";

    public override object? FromNode(TomlNode node, OptionProblems problems) =>
        node is TomlString { Value: [.., '%'] } text ? FromText(text.Value, problems) : base.FromNode(node, problems);

    public override object? FromText(string text, OptionProblems problems) =>
        base.FromText(text is [.. var number, '%'] ? number.TrimEnd(' ') : text, problems);
}
