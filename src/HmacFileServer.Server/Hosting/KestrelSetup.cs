using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HmacFileServer.Server.Hosting;

/// <summary>Kestrel's limits, as a server of large and slow uploads needs them.</summary>
internal static class KestrelSetup
{
    /// <summary>
    /// What one HTTP/2 stream may send ahead of what was read, in bytes. Kestrel gives credit back at the half, so that at least half of it is
    /// always free to travel: 4 MB, which is 160 Mbit/s over a round trip of 200 ms. HTTP/1.1 is bounded by TCP's own window alone.
    /// </summary>
    public const int StreamWindow = 8 * 1024 * 1024;

    /// <summary>The same for all streams of one connection, so that one whose reader waits does not stop the others; the most that one connection can make us hold.</summary>
    public const int ConnectionWindow = 2 * StreamWindow;

    /// <summary>What a handshake is offered: HTTP/2, then HTTP/1.1.</summary>
    public static SslServerAuthenticationOptions Tls(TlsCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Current(),
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    public static void Apply(KestrelServerOptions kestrel, ConnectionLimits bounds)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // the slot's signed length and max_upload_size bound a body
        limits.MaxRequestLineSize = bounds.MaxRequestLineSize;
        limits.MaxRequestHeadersTotalSize = bounds.MaxHeadersSize;
        limits.MaxRequestHeaderCount = bounds.MaxHeaders;
        limits.Http2.MaxRequestHeaderFieldSize = bounds.MaxHeadersSize; // of one header; the total above holds for HTTP/2 too
        // Kestrel refuses to start with a buffer that cannot hold a request line.
        limits.MaxRequestBufferSize = Math.Max(limits.MaxRequestBufferSize ?? 0, bounds.MaxRequestLineSize);
        limits.MaxConcurrentConnections = bounds.MaxConnections > 0 ? bounds.MaxConnections : null;
        // Kestrel compares the bytes of a body with the whole time that was spent waiting for them: what came fast earns time for a
        // change of networks later, and one byte now and then earns none. The time that our own disk takes does not count.
        limits.MinRequestBodyDataRate = bounds.MinDataRate > 0 ? new MinDataRate(bounds.MinDataRate, bounds.MinDataRateGrace) : null;
        limits.MinResponseDataRate = null; // a download that stands still holds no more than a socket's buffer
        limits.RequestHeadersTimeout = bounds.HeadersTimeout;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130); // longer than a warm standby connection's keep-alive probe
    }
}
