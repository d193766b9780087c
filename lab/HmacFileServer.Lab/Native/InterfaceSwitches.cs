using System.Runtime.InteropServices;
using System.Text;

namespace HmacFileServer.Lab.Native;

/// <summary>Switches of an interface that are reached by ioctl, in the network namespace of the calling thread.</summary>
internal static unsafe class InterfaceSwitches
{
    private const int NameSize = 16; // IFNAMSIZ
    private const int RequestSize = 40; // sizeof(struct ifreq) on 64-bit Linux
    private const nuint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const nuint SetFlags = 0x8914; // SIOCSIFFLAGS
    private const nuint EthernetTool = 0x8946; // SIOCETHTOOL
    private const short Up = 1; // IFF_UP

    // ETHTOOL_S*: receive and transmit checksum, scatter-gather, TCP segmentation, generic segmentation, generic receive.
    // Segmentation goes before scatter-gather and checksums, which it needs.
    private static ReadOnlySpan<uint> Offloads => [0x1f, 0x24, 0x2c, 0x19, 0x17, 0x15];

    /// <summary>Takes an interface up or down administratively; the other end of a veth pair gains or loses its carrier.</summary>
    /// <exception cref="IOException">There is no such interface, or no permission.</exception>
    public static void SetUp(string name, bool up)
    {
        var request = stackalloc byte[RequestSize];
        WithSocket(name, request, socket =>
        {
            NativeError.Check(Libc.Control(socket, GetFlags, request), $"read the flags of {name}");
            ref var flags = ref *(short*)(request + NameSize);
            flags = (short)(up ? flags | Up : flags & ~Up);
            NativeError.Check(Libc.Control(socket, SetFlags, request), $"take {name} {(up ? "up" : "down")}");
        });
    }

    /// <summary>Switches off what would merge frames or leave checksums to hardware, so that frames are real and at most 1514 bytes.</summary>
    /// <exception cref="IOException">There is no such interface, or no permission.</exception>
    public static void DisableOffloads(string name)
    {
        var request = stackalloc byte[RequestSize];
        var value = stackalloc uint[2]; // struct ethtool_value: command, data
        WithSocket(name, request, socket =>
        {
            *(void**)(request + NameSize) = value;
            foreach (var offload in Offloads)
            {
                value[0] = offload;
                value[1] = 0;
                // A driver may lack one of them (EOPNOTSUPP): then it is off already.
                var result = Libc.Control(socket, EthernetTool, request);
                const int notSupported = 95;
                if (result < 0 && Marshal.GetLastPInvokeError() != notSupported)
                    throw NativeError.Last($"switch offload 0x{offload:x} of {name} off");
            }
        });
    }

    private static void WithSocket(string name, byte* request, Action<int> action)
    {
        new Span<byte>(request, RequestSize).Clear();
        if (Encoding.UTF8.GetBytes(name, new Span<byte>(request, NameSize - 1)) == 0)
            throw new ArgumentException("An interface has a name.", nameof(name));
        const int inet = 2, datagram = 2, closeOnExec = 0x80000;
        var socket = NativeError.Check(Libc.Socket(inet, datagram | closeOnExec, 0), "open a socket for interface control");
        try
        {
            action(socket);
        }
        finally
        {
            _ = Libc.Close(socket);
        }
    }
}
