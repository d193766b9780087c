using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>One secret.</summary>
internal sealed class SecretOptionAttribute(string description) : OptionAttribute(description)
{
    public override bool IsSecret => true;

    protected override string Expectation => "at least 8 bytes of text in quotes";

    public override object? FromText(string text, OptionProblems problems) => SecretText.Read(text, problems);

    /// <summary>Never the secret; reports do not ask for it.</summary>
    public override string ToToml(object? value) => TomlText.String("");
}
