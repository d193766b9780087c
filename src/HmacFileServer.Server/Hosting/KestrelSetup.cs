using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HmacFileServer.Server.Hosting;

/// <summary>Kestrel's limits, as a server of large and slow uploads needs them.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, ConnectionLimits bounds)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // the slot's signed length and max_upload_size bound a body
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxConcurrentConnections = bounds.MaxConnections > 0 ? bounds.MaxConnections : null;
        // Kestrel compares the bytes of a body with the whole time that was spent waiting for them: what came fast earns time for a
        // change of networks later, and one byte now and then earns none. The time that our own disk takes does not count.
        limits.MinRequestBodyDataRate = bounds.MinDataRate > 0 ? new MinDataRate(bounds.MinDataRate, bounds.MinDataRateGrace) : null;
        limits.MinResponseDataRate = null; // a download that stands still holds no more than a socket's buffer
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130); // longer than a warm standby connection's keep-alive probe
    }
}
