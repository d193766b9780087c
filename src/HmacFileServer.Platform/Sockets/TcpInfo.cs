using System.Net.Sockets;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Linux;

namespace HmacFileServer.Platform;

/// <summary>Reads what the kernel knows of a TCP connection (Linux: getsockopt TCP_INFO, ioctl SIOCOUTQ).</summary>
public static class TcpInfo
{
    private const int ProtocolTcp = 6;
    private const int OptionTcpInfo = 11;
    private const int OutputQueueSize = 0x5411; // SIOCOUTQ, the same number as TIOCOUTQ
    private const int BufferLength = 512;       // the structure has 248 bytes in Linux 6.12; it only grows

    /// <summary>
    /// One sample. False, with an empty sample, on other systems and for a socket that is closed or not TCP. Allocates nothing;
    /// two system calls. May be called from any thread while others send and receive.
    /// </summary>
    /// <remarks>
    /// <see cref="TcpSample.BytesAcked"/> is one more than the bytes written on the side that connected, which counts its SYN.
    /// Once its handle was read like this, a <see cref="Socket"/> no longer tries several addresses in one ConnectAsync: connect
    /// to one <see cref="System.Net.IPEndPoint"/>.
    /// </remarks>
    public static bool TryRead(Socket socket, out TcpSample sample)
    {
        ArgumentNullException.ThrowIfNull(socket);
        sample = default;
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid())
            return false;
        try
        {
            if (socket.SafeHandle.IsInvalid || socket.SafeHandle.IsClosed)
                return false;
            Span<byte> buffer = stackalloc byte[BufferLength];
            if (SocketSyscalls.Get(socket, ProtocolTcp, OptionTcpInfo, buffer, out var length) != 0
                || !TcpInfoLayout.TryParse(buffer[..length], out sample))
                return false;
            if (SocketSyscalls.Control(socket.SafeHandle, OutputQueueSize, out var queued) == 0)
                sample = sample with { SendQueueBytes = queued };
            return true;
        }
        catch (ObjectDisposedException)
        {
            sample = default;
            return false; // closed by another thread in between
        }
    }
}
