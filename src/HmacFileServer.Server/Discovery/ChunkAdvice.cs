using System.Text.Json;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning;
using HmacFileServer.Core.Tuning.Profiles;

namespace HmacFileServer.Server.Discovery;

/// <summary>How large a segment should be at most on each type of network, in bytes: as the table says, or as worked best for this client, if that is less.</summary>
internal static class ChunkAdvice
{
    private static readonly InterfaceType[] Types =
    [
        InterfaceType.Ethernet, InterfaceType.Wifi, InterfaceType.FiveG, InterfaceType.Lte, InterfaceType.Satellite, InterfaceType.Cellular, InterfaceType.Vpn,
    ];

    public static void Write(Utf8JsonWriter json, NetworkInterfacesOptions types, Func<InterfaceType, NetworkProfile?> known)
    {
        json.WriteStartObject("chunk_sizes");
        foreach (var type in Types)
        {
            var most = types.For(type).ChunkSize;
            json.WriteNumber(type.Name(), known(type) is { BestChunk: > 0 and var best } ? Math.Clamp(best, Math.Min(PathTuner.LeastChunk, most), most) : most);
        }
        json.WriteEndObject();
    }
}
