using System.Net;

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
}
