using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HmacFileServer.Server.Hosting;

/// <summary>Kestrel's limits, as a server of large and slow uploads needs them.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // the slot's signed length and max_upload_size bound a body
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        // A client that changes networks is silent for seconds; a rate that forgives it has to know uploads, which Kestrel does not.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130); // longer than a warm standby connection's keep-alive probe
    }
}
