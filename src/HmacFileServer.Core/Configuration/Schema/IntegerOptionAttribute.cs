using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A whole number; for properties of type int.</summary>
internal sealed class IntegerOptionAttribute(string description) : OptionAttribute(description)
{
    public int Min { get; init; }

    public int Max { get; init; } = int.MaxValue;

    protected override string Expectation => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Min} to {Max}, without quotes");

    public override object? FromNode(TomlNode node, OptionProblems problems) => node switch
    {
        TomlInteger integer => Check(integer.Value, problems),
        TomlString text => RefuseText(text.Value, problems),
        _ => RefuseKind(node, problems),
    };

    public override object? FromText(string text, OptionProblems problems) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Check(number, problems) : RefuseText(text, problems);

    public override string ToToml(object? value) => ((int)value!).ToString(CultureInfo.InvariantCulture);

    private long Check(long number, OptionProblems problems)
    {
        if (number < Min || number > Max)
            problems.Refuse(string.Create(CultureInfo.InvariantCulture, $"{number} is out of range: write {Expectation}."));
        return number;
    }
}
