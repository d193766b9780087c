using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HmacFileServer.Platform.Linux;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform;

/// <summary>Gives a file's bytes to a TCP socket without a copy through the process (Linux: sendfile(2)).</summary>
public static partial class FileToSocket
{
    /// <summary>What <see cref="TrySend"/> says where the file is shorter than it was thought to be.</summary>
    public const int EndOfFile = -1;

    /// <summary>What <see cref="TrySend"/> says where the system, or this file's file system, has no such way: read and send instead.</summary>
    public const int NotSupported = -2;

    /// <summary>Gives the socket as many bytes as it has room for, and does not wait.</summary>
    /// <param name="socket">Connected, plain TCP, and used asynchronously before: its descriptor does not block.</param>
    /// <param name="file">Open for reading; its position is neither used nor moved.</param>
    /// <param name="offset">Where in the file, from 0.</param>
    /// <param name="count">How many at most; 1 or more.</param>
    /// <returns>How many the socket took, 0 where it is full; <see cref="EndOfFile"/>; <see cref="NotSupported"/>.</returns>
    /// <exception cref="SocketException">The connection is broken. The socket took nothing in this call.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The socket or the file is closed.</exception>
    public static int TrySend(Socket socket, SafeFileHandle file, long offset, int count)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        // Elsewhere the C library's offset may have half the width.
        if (!Environment.Is64BitProcess || (!OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid()))
            return NotSupported;
        while (true)
        {
            var at = offset;
            var sent = SendFile(socket.SafeHandle, file, ref at, (nuint)count);
            if (sent >= 0)
                return sent > 0 ? (int)sent : EndOfFile;
            var error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN:
                    return 0;
                case Errno.EINVAL or Errno.ESPIPE or Errno.ENOSYS or Errno.EOPNOTSUPP:
                    return NotSupported;
                case Errno.EIO:
                    throw new IOException(new Win32Exception(error).Message);
                default:
                    throw new SocketException((int)ToSocketError(error), new Win32Exception(error).Message);
            }
        }
    }

    private static SocketError ToSocketError(int error) => error switch
    {
        Errno.EPIPE => SocketError.Shutdown,
        Errno.ECONNRESET => SocketError.ConnectionReset,
        Errno.ETIMEDOUT => SocketError.TimedOut,
        Errno.ENETUNREACH => SocketError.NetworkUnreachable,
        Errno.EHOSTUNREACH => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFile(SafeSocketHandle socket, SafeFileHandle file, ref long offset, nuint count);
}
