using System.Net;

namespace HmacFileServer.Server.Http;

/// <summary>The URL under which a client reached the server: behind a trusted proxy, as that proxy says.</summary>
internal static class RequestOrigin
{
    public static string Of(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies)
    {
        var scheme = context.Request.Scheme;
        if (context.Request.Headers["X-Forwarded-Proto"] is [{ } said] && said is "http" or "https" && ClientAddress.IsTrusted(context.Connection.RemoteIpAddress, trustedProxies))
            scheme = said;
        return $"{scheme}://{context.Request.Host.ToUriComponent()}";
    }
}
