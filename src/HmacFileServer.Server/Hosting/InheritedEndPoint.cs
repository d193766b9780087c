using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace HmacFileServer.Server.Hosting;

/// <summary>
/// A socket that the service manager has opened and listens on (sd_listen_fds(3)). The manager keeps it: our end must not end it there. .NET leaves
/// a socket without FD_CLOEXEC alone when it is closed, and that is how it is handed over.
/// </summary>
internal sealed class InheritedEndPoint : FileHandleEndPoint
{
    private const string PlainName = "http";

    private readonly string _name;

    private InheritedEndPoint(int descriptor, string name, Socket socket)
        : base((ulong)descriptor, FileHandleType.Tcp) => (_name, Socket) = (name, socket);

    public Socket Socket { get; }

    /// <summary>True for a socket that its unit calls `http`: it is for plain HTTP even where a certificate is configured.</summary>
    public bool IsPlain => _name == PlainName;

    /// <param name="descriptor">The file descriptor.</param>
    /// <param name="name">What the socket unit calls it (FileDescriptorName=); empty for nothing.</param>
    /// <exception cref="IOException">It is no TCP socket that listens.</exception>
    public static InheritedEndPoint Open(int descriptor, string name)
    {
        Exception? reason = null;
        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            if (socket is { SocketType: SocketType.Stream, LocalEndPoint: IPEndPoint } && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0)
                return new InheritedEndPoint(descriptor, name, socket);
        }
        catch (SocketException ex)
        {
            reason = ex;
        }
        throw new IOException(
            $"File descriptor {descriptor.ToString(CultureInfo.InvariantCulture)}, which the service manager handed over, is no TCP socket that listens: in its socket unit, write ListenStream= with an address and port, and Accept=no.",
            reason);
    }
}
