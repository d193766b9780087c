using System.Buffers.Binary;
using System.Net.Sockets;

namespace HmacFileServer.Platform;

/// <summary>The systems whose options for binding to a device differ.</summary>
internal enum SocketPlatform
{
    Linux,
    Apple,
    Windows,
    Other,
}

/// <summary>One raw socket option that binds to a device.</summary>
internal readonly record struct DeviceBindingOption(int Level, int Name, byte[] Value)
{
    private const int LevelIp = 0;    // IPPROTO_IP
    private const int LevelIpv6 = 41; // IPPROTO_IPV6

    /// <summary>The system this runs on.</summary>
    public static SocketPlatform Platform { get; } =
        OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? SocketPlatform.Linux
        : OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsMacCatalyst() ? SocketPlatform.Apple
        : OperatingSystem.IsWindows() ? SocketPlatform.Windows : SocketPlatform.Other;

    /// <summary>The options to set, all of them, for an interface index; none where the system has no such option.</summary>
    /// <param name="platform">Whose options.</param>
    /// <param name="family">The socket's family.</param>
    /// <param name="dualMode">An IPv6 socket that also speaks IPv4: it needs both families' options.</param>
    /// <param name="index">The interface, above 0.</param>
    public static DeviceBindingOption[] ForIndex(SocketPlatform platform, AddressFamily family, bool dualMode, int index)
    {
        Span<byte> machine = stackalloc byte[sizeof(int)];
        Span<byte> network = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(machine, index);
        BinaryPrimitives.WriteInt32BigEndian(network, index);
        var four = family == AddressFamily.InterNetwork || dualMode;
        var six = family == AddressFamily.InterNetworkV6;
        return platform switch
        {
            // SO_BINDTOIFINDEX (5.1): like SO_BINDTODEVICE, but a name that was given to another interface meanwhile cannot mislead it.
            SocketPlatform.Linux => [new(1, 62, machine.ToArray())],
            // IP_BOUND_IF, IPV6_BOUND_IF (xnu, netinet/in.h)
            SocketPlatform.Apple =>
                [.. four ? [new DeviceBindingOption(LevelIp, 25, machine.ToArray())] : Array.Empty<DeviceBindingOption>(),
                 .. six ? [new DeviceBindingOption(LevelIpv6, 125, machine.ToArray())] : Array.Empty<DeviceBindingOption>()],
            // IP_UNICAST_IF takes network byte order, IPV6_UNICAST_IF the machine's (Windows Sockets, "IPPROTO_IP Socket Options").
            SocketPlatform.Windows =>
                [.. four ? [new DeviceBindingOption(LevelIp, 31, network.ToArray())] : Array.Empty<DeviceBindingOption>(),
                 .. six ? [new DeviceBindingOption(LevelIpv6, 31, machine.ToArray())] : Array.Empty<DeviceBindingOption>()],
            _ => [],
        };
    }

    /// <summary>SO_BINDTODEVICE for an interface's name: Linux alone.</summary>
    public static DeviceBindingOption ForLinuxName(string interfaceName) => new(1, 25, System.Text.Encoding.UTF8.GetBytes(interfaceName));
}
