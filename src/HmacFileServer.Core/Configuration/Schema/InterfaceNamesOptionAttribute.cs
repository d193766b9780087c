namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Names of interfaces, in order.</summary>
internal sealed class InterfaceNamesOptionAttribute(string description) : ListOptionAttribute<string>(description)
{
    protected override string Expectation => "a list of interface names, like [\"eth0\", \"wlan0\"]";

    protected override string? Read(string text, OptionProblems problems) =>
        InterfaceNameOptionAttribute.IsName(text) ? text : (string?)RefuseText(text, problems);
}
