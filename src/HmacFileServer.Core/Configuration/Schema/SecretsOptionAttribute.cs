namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A list of secrets.</summary>
internal sealed class SecretsOptionAttribute(string description) : ListOptionAttribute<Secret>(description)
{
    public override bool IsSecret => true;

    protected override string Expectation => "a list of secrets, each at least 8 bytes of text in quotes";

    protected override Secret? Read(string text, OptionProblems problems) => SecretText.Read(text, problems);

    protected override string Write(Secret item) => "";
}
