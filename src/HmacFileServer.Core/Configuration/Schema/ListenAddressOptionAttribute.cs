using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Where to listen; a bare port is also taken as an integer.</summary>
internal sealed class ListenAddressOptionAttribute(string description) : TextOptionAttribute(description)
{
    protected override string Expectation => "an address and a port, like \"127.0.0.1:8080\", \"[::1]:8080\" or \":8080\"";

    public override object? FromNode(TomlNode node, OptionProblems problems) =>
        node is TomlInteger port ? FromText(port.Value.ToString(CultureInfo.InvariantCulture), problems) : base.FromNode(node, problems);

    protected override bool TryRead(string text, out object? value)
    {
        var read = ListenAddress.TryParse(text, out var address);
        value = address;
        return read;
    }
}
