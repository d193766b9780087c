using System.Net;
using System.Net.Sockets;
using HmacFileServer.Client.Paths;

namespace HmacFileServer.Client.Connections;

/// <summary>An <see cref="HttpClient"/> whose sockets are ours: bound to a path, or followed while they live.</summary>
internal static class BoundHttp
{
    /// <param name="origin">Whom the user asked for.</param>
    /// <param name="options">Proxies and trust.</param>
    /// <param name="connect">Makes a connection.</param>
    /// <param name="mostConnections">To one server at once; null for no bound.</param>
    public static HttpClient Create(
        Uri origin, ClientOptions options, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, int? mostConnections = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // it could carry a token elsewhere
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = connect,
            MaxConnectionsPerServer = mostConnections ?? int.MaxValue,
            UseProxy = true,
            Proxy = new EnvironmentProxy(options.Proxies),
            SslOptions = ServerEndpoint.TlsFor(origin.IdnHost, options),
        };
        handler.SslOptions.TargetHost = null; // the file may be on another host than the one that was asked
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Connects over a path, within a limit.</summary>
    /// <param name="path">What the socket is bound to.</param>
    /// <param name="address">Where to.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="limit">How long the other end may take to answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SocketException">The other end refused.</exception>
    /// <exception cref="Platform.SocketBindingException">The socket cannot be bound to the path's interface.</exception>
    /// <exception cref="OperationCanceledException">The limit was reached, or it was cancelled.</exception>
    public static async Task<NetworkStream> ConnectAsync(PathCandidate path, IPAddress address, int port, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            path.Bind(socket, address);
            using var ending = new CancellationTokenSource(limit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ending.Token);
            await socket.ConnectAsync(address, port, both.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
