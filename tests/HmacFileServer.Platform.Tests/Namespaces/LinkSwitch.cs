using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace HmacFileServer.Platform.Tests.Namespaces;

/// <summary>Takes a link up and down by one ioctl: without the start of a process, so that what follows can be timed.</summary>
public sealed class LinkSwitch : IDisposable
{
    private const nuint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const nuint SetFlags = 0x8914; // SIOCSIFFLAGS
    private readonly Socket _socket;
    private readonly byte[] _request = new byte[40]; // struct ifreq

    public LinkSwitch(NetworkNamespace where, string link)
    {
        _socket = where.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        Encoding.ASCII.GetBytes(link, _request);
    }

    public void Set(bool up)
    {
        Check(Control((int)_socket.Handle, GetFlags, _request));
        _request[16] = (byte)(up ? _request[16] | 1 : _request[16] & ~1);
        Check(Control((int)_socket.Handle, SetFlags, _request));
    }

    public void Dispose() => _socket.Dispose();

    private static void Check(int result) => Assert.True(result == 0, $"ioctl: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(int descriptor, nuint request, byte[] ifreq);
}
