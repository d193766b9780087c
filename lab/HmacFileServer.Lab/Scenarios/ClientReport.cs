using System.Text.Json;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>What a client printed with <c>--json</c>; empty for a client that prints nothing.</summary>
/// <param name="Json">The object, or null.</param>
internal sealed record ClientReport(JsonElement? Json)
{
    /// <summary>Takes the last line of an output, if it is an object.</summary>
    public static ClientReport Read(string output)
    {
        var last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        if (last?.StartsWith('{') != true)
            return new ClientReport((JsonElement?)null);
        using var document = JsonDocument.Parse(last);
        return new ClientReport(document.RootElement.Clone());
    }

    /// <summary>A number, or 0.</summary>
    public double Number(string member) =>
        Json is { } json && json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    /// <summary>Where the last switch led; null if there was none.</summary>
    public string? LastInterface => Switches.Select(s => s.GetProperty("to").GetString()).LastOrDefault();

    /// <summary>What the client found in the sockets of the paths that it left.</summary>
    public long InFlightBytes => Switches.Sum(s => s.TryGetProperty("in_flight_bytes", out var bytes) ? bytes.GetInt64() : 0);

    /// <summary>
    /// When the client switched for a second time and later, monotonic ns. Its own clock starts somewhere else; the first switch
    /// tells where, since it came so long after the fault as it says itself.
    /// </summary>
    /// <param name="fault">When the first fault took effect, monotonic ns.</param>
    public IEnumerable<long> LaterSwitches(long fault)
    {
        var switches = Switches.Select(s => (At: s.GetProperty("at_ms").GetDouble(), After: s.GetProperty("detected_after_ms").GetDouble())).ToList();
        return switches.Skip(1).Select(s => fault + (long)((s.At - switches[0].At + switches[0].After) * 1e6));
    }

    private JsonElement[] Switches =>
        Json is { } json && json.TryGetProperty("switches", out var switches) && switches.ValueKind == JsonValueKind.Array ? [.. switches.EnumerateArray()] : [];
}
