using HmacFileServer.Cli.Commands;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Cli.Rendering;

/// <summary>`hfs interfaces --json`.</summary>
internal static class InterfaceJson
{
    /// <param name="interfaces">What there is.</param>
    /// <param name="signals">In dBm, of those that have one.</param>
    public static string Write(IReadOnlyList<InterfaceSnapshot> interfaces, IReadOnlyDictionary<string, int> signals) => JsonText.Of(json =>
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
            if (signals.TryGetValue(one.Name, out var dbm))
                json.WriteNumber("signal_dbm", dbm);
            else
                json.WriteNull("signal_dbm");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
