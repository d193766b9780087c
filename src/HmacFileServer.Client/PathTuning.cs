using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Client;

/// <summary>How uploads use one kind of network.</summary>
/// <param name="Buffer">Bytes read from the file at once.</param>
/// <param name="Chunk">Most bytes of one segment.</param>
/// <param name="TimeoutFactor">Stretches every waiting time.</param>
/// <param name="Priority">Lower is preferred.</param>
public sealed record PathTuning(int Buffer, long Chunk, double TimeoutFactor, int Priority)
{
    /// <summary>Smallest segment of any path, in bytes: below it the request's own head costs more than 0.5 %.</summary>
    public const long LeastChunk = 64 * 1024;

    /// <summary>What the configuration says of a kind of network.</summary>
    public static PathTuning From(NetworkInterfaceOptions options) =>
        new(options.BufferSize, options.ChunkSize, options.TimeoutMultiplier, options.Priority);
}
