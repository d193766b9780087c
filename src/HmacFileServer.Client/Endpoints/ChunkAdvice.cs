using System.Text.Json;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Endpoints;

/// <summary>Reads the `chunk_sizes` of `/.well-known/hmac-file-server`: how large a segment should be at most on each kind of network, in bytes.</summary>
internal static class ChunkAdvice
{
    /// <returns>Never below <see cref="PathTuning.LeastChunk"/>: a server cannot make its clients send a request for every few bytes. Empty if there is nothing that can be read.</returns>
    public static IReadOnlyDictionary<InterfaceType, long> Read(string text)
    {
        var found = new Dictionary<InterfaceType, long>();
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("chunk_sizes", out var sizes) || sizes.ValueKind != JsonValueKind.Object)
                return found;
            foreach (var size in sizes.EnumerateObject())
            {
                if (InterfaceTypeNames.TryParse(size.Name, out var type) && size.Value.ValueKind == JsonValueKind.Number && size.Value.TryGetInt64(out var bytes) && bytes > 0)
                    found[type] = Math.Max(bytes, PathTuning.LeastChunk);
            }
        }
        catch (JsonException)
        {
            // Nothing is known, then.
        }
        return found;
    }
}
