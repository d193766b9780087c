using System.Text.Json;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Server.Discovery;

/// <summary>How large a segment should be at most on each type of network, in bytes.</summary>
internal static class ChunkAdvice
{
    private static readonly InterfaceType[] Types =
    [
        InterfaceType.Ethernet, InterfaceType.Wifi, InterfaceType.FiveG, InterfaceType.Lte, InterfaceType.Satellite, InterfaceType.Cellular, InterfaceType.Vpn,
    ];

    public static void Write(Utf8JsonWriter json, NetworkInterfacesOptions types)
    {
        json.WriteStartObject("chunk_sizes");
        foreach (var type in Types)
            json.WriteNumber(type.Name(), types.For(type).ChunkSize);
        json.WriteEndObject();
    }
}
