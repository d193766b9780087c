using System.Text.Json;

namespace HmacFileServer.Server.Discovery;

/// <summary>How large a segment should be at most on each type of network, in bytes.</summary>
internal static class ChunkAdvice
{
    private const long KiB = 1024;

    private static readonly (string Type, long Bytes)[] Table =
    [
        ("ethernet", 10 * KiB * KiB), ("wifi", 5 * KiB * KiB), ("5g", 4 * KiB * KiB), ("lte", 2 * KiB * KiB),
        ("satellite", 2 * KiB * KiB), ("cellular", 512 * KiB), ("vpn", 2 * KiB * KiB),
    ];

    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("chunk_sizes");
        foreach (var (type, bytes) in Table)
            json.WriteNumber(type, bytes);
        json.WriteEndObject();
    }
}
