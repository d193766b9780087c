using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace HmacFileServer.Server.Connections;

/// <summary>Accepts connections at one address.</summary>
internal sealed class TcpListener : IConnectionListener
{
    private const int Backlog = 1024; // the kernel's own bound (somaxconn) may be lower

    // Phones vanish without a word. Data in flight finds that out by itself; a silent connection is asked after a minute, and
    // given up two minutes later. Uploads do not wait for it: a newer request takes over at once.
    private const int KeepAliveSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 8;

    private readonly Socket _socket;
    private readonly ReceivePolicy _receiving;
    private readonly TimeProvider _clock;
    private long _count;

    private TcpListener(Socket socket, ReceivePolicy receiving, TimeProvider clock)
    {
        _socket = socket;
        _receiving = receiving;
        _clock = clock;
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    public static TcpListener Bind(IPEndPoint endPoint, ReceivePolicy receiving, TimeProvider clock)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new TcpListener(socket, receiving, clock);
        }
        catch (SocketException ex)
        {
            socket.Dispose();
            if (ex.SocketErrorCode == SocketError.AddressAlreadyInUse)
                throw new AddressInUseException($"Another program listens on {endPoint} already.", ex);
            throw;
        }
    }

    /// <summary>Takes over a socket that another process opened and listens on.</summary>
    public static TcpListener Adopt(Socket socket, ReceivePolicy receiving, TimeProvider clock) => new(socket, receiving, clock);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync(cancellationToken);
                Prepare(socket);
                var id = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
                var connection = new TcpConnection(socket, id, _receiving, _clock);
                connection.Start();
                return connection;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException ex) when (ex.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // The client gave up between its first packet and us.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }
}
