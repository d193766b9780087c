using System.Net;
using System.Text.Json;

namespace HmacFileServer.Client.Endpoints;

/// <summary>
/// Reads the `endpoints` of `/.well-known/hmac-file-server` and of `switch` events. Only addresses are taken, never names, and only for the scheme and port
/// that were asked for: the server may say where it is, not who else should be spoken to.
/// </summary>
internal static class EndpointList
{
    /// <summary>Entries beyond these are not read: no machine has more uplinks than that.</summary>
    private const int MostEntries = 32;

    /// <param name="json">The object that has `endpoints`.</param>
    /// <param name="origin">The upload's URL.</param>
    /// <returns>Empty if there are none that can be read.</returns>
    public static IReadOnlyList<AnnouncedEndpoint> Read(JsonElement json, Uri origin)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("endpoints", out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        return [.. list.EnumerateArray().Take(MostEntries).Select(e => ReadOne(e, origin)).OfType<AnnouncedEndpoint>()];
    }

    /// <summary>The same of a text; empty if it is no JSON.</summary>
    public static IReadOnlyList<AnnouncedEndpoint> Read(string text, Uri origin)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement, origin);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static AnnouncedEndpoint? ReadOne(JsonElement entry, Uri origin)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            return null;
        var state = Text(entry, "state") switch
        {
            "active" => EndpointState.Active,
            "up" => EndpointState.Up,
            "down" => EndpointState.Down,
            _ => (EndpointState?)null,
        };
        if (state is not { } known)
            return null;
        var priority = entry.TryGetProperty("priority", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : int.MaxValue;
        return new AnnouncedEndpoint(AddressOf(Text(entry, "url"), origin), Text(entry, "interface"), priority, known);
    }

    private static IPAddress? AddressOf(string? url, Uri origin) =>
        Uri.TryCreate(url, UriKind.Absolute, out var at) && at.Scheme == origin.Scheme && at.Port == origin.Port && at.UserInfo.Length == 0
            && at.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && IPAddress.TryParse(at.IdnHost.Trim('[', ']'), out var address)
            ? address
            : null;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
