using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A number of bytes; for properties of type long, or int with a <see cref="Max"/>.</summary>
internal sealed class SizeOptionAttribute(string description) : OptionAttribute(description)
{
    /// <summary>The smallest size that is accepted.</summary>
    public string Min { get; init; } = "0";

    /// <summary>The largest size that is accepted; null for what a long holds.</summary>
    public string? Max { get; init; }

    protected override string Expectation => "a size, like \"512KB\", \"1.5 GB\" or a number of bytes";

    public override object? FromNode(TomlNode node, OptionProblems problems) => node switch
    {
        TomlInteger { Value: >= 0 } bytes => Check(bytes.Value, problems),
        TomlInteger negative => RefuseText(negative.Value.ToString(CultureInfo.InvariantCulture), problems),
        _ => base.FromNode(node, problems),
    };

    public override object? FromText(string text, OptionProblems problems) =>
        ByteSize.TryParse(text, out var bytes) ? Check(bytes, problems) : RefuseText(text, problems);

    public override string ToToml(object? value) => TomlText.String(ByteSize.Format(Convert.ToInt64(value, CultureInfo.InvariantCulture)));

    private long Check(long bytes, OptionProblems problems)
    {
        if (ByteSize.TryParse(Min, out var least) && bytes < least)
            problems.Refuse($"\"{ByteSize.Format(bytes)}\" is too small: write at least \"{Min}\".");
        else if (Max is not null && ByteSize.TryParse(Max, out var most) && bytes > most)
            problems.Refuse($"\"{ByteSize.Format(bytes)}\" is too large: write at most \"{Max}\".");
        return bytes;
    }
}
