using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>`"adaptive"`, or a fixed number of bytes; for properties of type int, where 0 means adaptive.</summary>
internal sealed class AdaptiveSizeOptionAttribute(string description) : OptionAttribute(description)
{
    private const string Adaptive = "adaptive";

    /// <summary>The smallest fixed size.</summary>
    public required string Min { get; init; }

    /// <summary>The largest fixed size.</summary>
    public required string Max { get; init; }

    protected override string Expectation => "\"adaptive\", or a fixed size like \"64KB\"";

    private SizeOptionAttribute Fixed => new(Description) { Min = Min, Max = Max };

    public override object? FromNode(TomlNode node, OptionProblems problems) => node is TomlInteger ? Fixed.FromNode(node, problems) : base.FromNode(node, problems);

    public override object? FromText(string text, OptionProblems problems)
    {
        if (text == Adaptive)
            return 0L;
        return ByteSize.TryParse(text, out _) ? Fixed.FromText(text, problems) : RefuseText(text, problems);
    }

    public override string ToToml(object? value) =>
        Convert.ToInt64(value, CultureInfo.InvariantCulture) == 0 ? TomlText.String(Adaptive) : Fixed.ToToml(value);
}
