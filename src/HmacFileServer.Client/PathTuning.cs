using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client;

/// <summary>How uploads use one kind of network.</summary>
/// <param name="Buffer">Bytes read from the file at once, the upper bound of the type.</param>
/// <param name="Chunk">Most bytes of one segment.</param>
/// <param name="TimeoutFactor">Stretches every waiting time.</param>
/// <param name="Priority">Lower is preferred.</param>
public sealed record PathTuning(int Buffer, long Chunk, double TimeoutFactor, int Priority)
{
    private const int Kb = 1024;

    /// <summary>Smallest segment of any path: below it the request's own head costs more than 1 %.</summary>
    public const long LeastChunk = 64 * Kb;

    /// <summary>The table of the design, by type.</summary>
    public static IReadOnlyDictionary<InterfaceType, PathTuning> Defaults { get; } = new Dictionary<InterfaceType, PathTuning>
    {
        [InterfaceType.Ethernet] = new(1024 * Kb, 10240 * Kb, 1.0, 10),
        [InterfaceType.Wifi] = new(512 * Kb, 5120 * Kb, 1.2, 20),
        [InterfaceType.FiveG] = new(512 * Kb, 4096 * Kb, 1.5, 25),
        [InterfaceType.Lte] = new(256 * Kb, 2048 * Kb, 2.0, 30),
        [InterfaceType.Satellite] = new(512 * Kb, 2048 * Kb, 3.0, 35),
        [InterfaceType.Cellular] = new(128 * Kb, 512 * Kb, 3.0, 40),
        [InterfaceType.Vpn] = new(256 * Kb, 2048 * Kb, 1.5, 50),
        [InterfaceType.Loopback] = new(1024 * Kb, 10240 * Kb, 1.0, 5),
        [InterfaceType.Unknown] = new(512 * Kb, 2048 * Kb, 1.5, 60),
    };
}
