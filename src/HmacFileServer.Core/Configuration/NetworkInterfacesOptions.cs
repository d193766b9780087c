using HmacFileServer.Core.Configuration.Schema;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[network_interfaces]`: sizes, patience and preference for each kind of network.</summary>
public sealed record NetworkInterfacesOptions
{
    private const int KB = (int)ByteSize.KB;
    private const int MB = (int)ByteSize.MB;

    [Section("Cable.")]
    public NetworkInterfaceOptions Ethernet { get; init; } = Row(512 * KB, 1 * MB, 10 * MB, 1.0, 10);

    [Section("Wireless LAN.")]
    public NetworkInterfaceOptions Wifi { get; init; } = Row(256 * KB, 512 * KB, 5 * MB, 1.2, 20);

    [Section("Mobile network of the fifth generation.", Key = "5g")]
    public NetworkInterfaceOptions FiveG { get; init; } = Row(256 * KB, 512 * KB, 4 * MB, 1.5, 25);

    [Section("Mobile network of the fourth generation.")]
    public NetworkInterfaceOptions Lte { get; init; } = Row(128 * KB, 256 * KB, 2 * MB, 2.0, 30);

    [Section("Satellite link.")]
    public NetworkInterfaceOptions Satellite { get; init; } = Row(256 * KB, 512 * KB, 2 * MB, 3.0, 35);

    [Section("Mobile network of unknown generation, or an older one.")]
    public NetworkInterfaceOptions Cellular { get; init; } = Row(64 * KB, 128 * KB, 512 * KB, 3.0, 40);

    [Section("Tunnel over another network.")]
    public NetworkInterfaceOptions Vpn { get; init; } = Row(128 * KB, 256 * KB, 2 * MB, 1.5, 50);

    /// <summary>
    /// The options of a type. Unknown networks are used like a cable, after all others; loopback, which is only ever used
    /// by name, like a cable.
    /// </summary>
    public NetworkInterfaceOptions For(InterfaceType type) => type switch
    {
        InterfaceType.Ethernet or InterfaceType.Loopback => Ethernet,
        InterfaceType.Wifi => Wifi,
        InterfaceType.FiveG => FiveG,
        InterfaceType.Lte => Lte,
        InterfaceType.Satellite => Satellite,
        InterfaceType.Cellular => Cellular,
        InterfaceType.Vpn => Vpn,
        _ => Ethernet with { Priority = int.MaxValue },
    };

    private static NetworkInterfaceOptions Row(int minBuffer, int buffer, int chunk, double timeout, int priority) => new()
    {
        MinBufferSize = minBuffer,
        BufferSize = buffer,
        ChunkSize = chunk,
        TimeoutMultiplier = timeout,
        Priority = priority,
    };
}
