using System.Globalization;
using System.Net;
using System.Text.Json;

namespace HmacFileServer.Client.Protocols;

/// <summary>What a server says of itself.</summary>
/// <param name="IsOurs">It is this product's.</param>
/// <param name="BasePath">Where its slots are; only if it is ours.</param>
/// <param name="TusExtensions">The extensions of its tus; null if it has no tus.</param>
/// <param name="HasIetf">It takes resumable uploads of the IETF draft.</param>
/// <param name="MostAppend">`max-append-size`, in bytes.</param>
internal sealed record ServerTraits(bool IsOurs, string BasePath, IReadOnlyList<string>? TusExtensions, bool HasIetf, long MostAppend)
{
    private const string WellKnown = "/.well-known/hmac-file-server";

    /// <summary>Asks the server, by the address of an upload.</summary>
    public static async Task<ServerTraits> AskAsync(ControlClient control, Uri url, CancellationToken cancellation)
    {
        var described = await control.SendAsync("GET", new Uri(url, WellKnown), [new("Accept", "application/json")], null, cancellation);
        if (described.Status == HttpStatusCode.OK && TryReadBasePath(described.Body, out var basePath))
            return new ServerTraits(true, basePath, ["creation", "creation-defer-length", "concatenation"], true, long.MaxValue);
        var options = await control.SendAsync("OPTIONS", url, [], null, cancellation);
        var speaksTus = options.Field("Tus-Version")?.Contains("1.0.0", StringComparison.Ordinal) ?? options.Field("Tus-Resumable") == "1.0.0";
        var extensions = (options.Field("Tus-Extension") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var limit = options.Field("Upload-Limit");
        return new ServerTraits(false, "/", speaksTus ? extensions : null, limit is not null, MostAppendOf(limit));
    }

    public bool CanConcatenate => TusExtensions?.Contains("concatenation") ?? false;

    public bool CanDeferLength => TusExtensions?.Contains("creation-defer-length") ?? false;

    /// <summary>Reads `max-append-size` of an `Upload-Limit` dictionary; no limit if it is absent.</summary>
    internal static long MostAppendOf(string? limit)
    {
        foreach (var member in (limit ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (member.StartsWith("max-append-size=", StringComparison.Ordinal)
                && long.TryParse(member.AsSpan("max-append-size=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0)
            {
                return most;
            }
        }
        return long.MaxValue;
    }

    private static bool TryReadBasePath(string body, out string basePath)
    {
        basePath = "/";
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("product", out var product)
                || product.ValueKind != JsonValueKind.String || product.GetString() != "HMAC File Server")
            {
                return false;
            }
            if (json.RootElement.TryGetProperty("base_path", out var path) && path.ValueKind == JsonValueKind.String)
                basePath = path.GetString()!;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
