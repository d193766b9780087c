using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A number with or without a fraction; for properties of type double.</summary>
internal class NumberOptionAttribute(string description) : OptionAttribute(description)
{
    public double Min { get; init; }

    public double Max { get; init; } = double.MaxValue;

    protected override string Expectation => string.Create(CultureInfo.InvariantCulture, $"a number from {Min} to {Max}, without quotes");

    public override object? FromNode(TomlNode node, OptionProblems problems) => node switch
    {
        TomlInteger integer => Check(integer.Value, problems),
        TomlFloat number => Check(number.Value, problems),
        TomlString text => RefuseText(text.Value, problems),
        _ => RefuseKind(node, problems),
    };

    public override object? FromText(string text, OptionProblems problems) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Check(number, problems)
            : RefuseText(text, problems);

    public override string ToToml(object? value)
    {
        var text = ((double)value!).ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private double Check(double number, OptionProblems problems)
    {
        // Written so that not-a-number is refused, too.
        if (!(number >= Min && number <= Max))
            problems.Refuse(string.Create(CultureInfo.InvariantCulture, $"{number} is out of range: write {Expectation}."));
        return number;
    }
}
