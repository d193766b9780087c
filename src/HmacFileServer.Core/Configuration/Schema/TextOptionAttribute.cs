using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Text without control characters: names and paths of files.</summary>
internal class TextOptionAttribute(string description) : OptionAttribute(description)
{
    /// <summary>True if empty text stands for null: nothing is configured.</summary>
    public bool Optional { get; init; }

    protected override string Expectation => Optional ? "text in quotes, or \"\" for none" : "text in quotes, not empty";

    public sealed override object? FromText(string text, OptionProblems problems)
    {
        if (text.Length == 0 && Optional)
            return null;
        return text.Length > 0 && !text.Any(char.IsControl) && TryRead(text, out var value) ? value : RefuseText(text, problems);
    }

    public override string ToToml(object? value) => TomlText.String(value?.ToString() ?? "");

    /// <summary>What a subclass makes of the text; false to refuse it.</summary>
    protected virtual bool TryRead(string text, out object? value)
    {
        value = text;
        return true;
    }
}
