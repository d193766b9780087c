using System.Runtime.InteropServices;
using System.Text;
using static HmacFileServer.Platform.Linux.NetlinkSyscalls;

namespace HmacFileServer.Platform.Linux;

/// <summary>
/// Asks for the carrier of one interface (ioctl SIOCETHTOOL, ETHTOOL_GLINK), in the network namespace of the thread that made
/// it. Costs a tenth of asking rtnetlink, which describes the whole link.
/// </summary>
internal sealed unsafe partial class CarrierProbe : IDisposable
{
    private const int FamilyInet = 2;
    private const int SocketDatagram = 2;
    private const nuint EthtoolRequest = 0x8946; // SIOCETHTOOL
    private const uint GetLink = 0x0A;           // ETHTOOL_GLINK
    private const int LongestName = 15;          // IFNAMSIZ, with its end

    private readonly DescriptorHandle _socket = new(NetlinkSyscalls.Socket(FamilyInet, SocketDatagram | CloseOnExec, 0));

    /// <summary>True or false as the driver says; null where it does not say.</summary>
    public bool? HasCarrier(string interfaceName)
    {
        if (_socket.IsInvalid || Encoding.UTF8.GetByteCount(interfaceName) > LongestName)
            return null;
        var answer = stackalloc uint[2]; // struct ethtool_value
        answer[0] = GetLink;
        var request = stackalloc byte[40]; // struct ifreq
        new Span<byte>(request, 40).Clear();
        Encoding.UTF8.GetBytes(interfaceName, new Span<byte>(request, LongestName));
        *(uint**)(request + 16) = answer;
        return Control(_socket, EthtoolRequest, request) == 0 ? answer[1] != 0 : null;
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeHandle socket, nuint request, byte* interfaceRequest);
}
