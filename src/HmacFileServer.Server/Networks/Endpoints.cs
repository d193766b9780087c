using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HmacFileServer.Core.Networks;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Networks;

/// <summary>
/// Where this server can be reached, best first: the address that the request came to, and with `announce_interfaces` those of all its interfaces. A client
/// that goes to another one keeps the host name of the first in `Host` and for the certificate.
/// </summary>
internal sealed class Endpoints(ServerSettings settings, UplinkWatch uplinks)
{
    /// <summary>Priority of the address that the client has used: as good as a cable.</summary>
    private const int OwnPriority = 10;

    /// <summary>Writes the property `endpoints`.</summary>
    public void Write(Utf8JsonWriter json, HttpContext context)
    {
        json.WriteStartArray("endpoints");
        if (settings.AnnounceInterfaces && !settings.IsBehindProxy(context))
        {
            foreach (var uplink in uplinks.Uplinks)
                WriteUplink(json, context, uplink);
        }
        Write(json, $"{RequestOrigin.Of(context, settings.TrustedProxies)}{settings.BasePath}", null, null, OwnPriority, "up");
        json.WriteEndArray();
    }

    private void WriteUplink(Utf8JsonWriter json, HttpContext context, Uplink uplink)
    {
        if (uplink.Addresses.Count == 0)
            Write(json, null, uplink.Name, uplink.Type.Name(), uplink.Priority, uplink.State);
        foreach (var address in uplink.Addresses)
        {
            var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{new IPAddress(address.GetAddressBytes())}]" : address.ToString();
            var url = string.Create(CultureInfo.InvariantCulture, $"{context.Request.Scheme}://{host}:{context.Connection.LocalPort}{settings.BasePath}");
            Write(json, url, uplink.Name, uplink.Type.Name(), uplink.Priority, uplink.State);
        }
    }

    private static void Write(Utf8JsonWriter json, string? url, string? name, string? type, int priority, string state)
    {
        json.WriteStartObject();
        json.WriteString("url", url);
        json.WriteString("interface", name);
        json.WriteString("type", type);
        json.WriteNumber("priority", priority);
        json.WriteString("state", state);
        json.WriteEndObject();
    }
}
