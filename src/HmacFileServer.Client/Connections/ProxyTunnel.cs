using System.Text;
using HmacFileServer.Client.Http;

namespace HmacFileServer.Client.Connections;

/// <summary>Asks a proxy for a connection to the server behind it (RFC 9110 §9.3.6).</summary>
internal static class ProxyTunnel
{
    /// <summary>Returns when the stream leads to the server. Fails with <see cref="ProtocolException"/> if the proxy refuses.</summary>
    public static async Task OpenAsync(Stream stream, ServerEndpoint server, CancellationToken cancellation)
    {
        var authorization = server.ProxyAuthorization is { } value ? $"Proxy-Authorization: {value}\r\n" : "";
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"CONNECT {server.TunnelTo} HTTP/1.1\r\nHost: {server.TunnelTo}\r\n{authorization}\r\n"), cancellation);
        // A success has no body, whatever its fields say; and the server does not speak first (TLS), so nothing behind it is swallowed.
        var answer = await new ResponseReader(stream).ReadAsync(() => true, cancellation)
            ?? throw new EndOfStreamException("The proxy closed the connection.");
        if (!answer.IsSuccess)
            throw new ProtocolException($"The proxy {server.Host} does not lead to {server.TunnelTo} ({answer.Status}).");
    }
}
