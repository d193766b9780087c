using HmacFileServer.Cli.Commands;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Cli.Rendering;

/// <summary>`hfs interfaces --json`.</summary>
internal static class InterfaceJson
{
    public static string Write(IReadOnlyList<InterfaceSnapshot> interfaces) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var one in interfaces)
        {
            json.WriteStartObject();
            json.WriteString("interface", one.Name);
            json.WriteString("type", one.Type.Name());
            json.WriteString("state", InterfacesCommand.State(one));
            json.WriteNumber("mtu", one.Mtu);
            json.WriteStartArray("addresses");
            foreach (var address in one.Addresses)
                json.WriteStringValue(address.ToString());
            json.WriteEndArray();
            json.WriteString("gateway", one.Routes.FirstOrDefault(r => r.Gateway is not null)?.Gateway?.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
