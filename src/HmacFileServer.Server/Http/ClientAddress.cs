using System.Net;

namespace HmacFileServer.Server.Http;

/// <summary>Whom a request is from: the other end of the connection, or whom a trusted proxy there names in `X-Forwarded-For`.</summary>
internal static class ClientAddress
{
    private const string Forwarded = "X-Forwarded-For";
    private static readonly string[] ProxyMarks = [Forwarded, "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>
    /// Read from the right: each proxy adds whom it heard from, so the first address that is no trusted proxy is the client, and what stands left
    /// of it is the client's own invention.
    /// </summary>
    public static IPAddress? Of(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies)
    {
        var address = Plain(context.Connection.RemoteIpAddress);
        var named = string.Join(',', context.Request.Headers[Forwarded].ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = named.Length - 1; i >= 0 && IsTrusted(address, trustedProxies); i--)
        {
            if (!IPAddress.TryParse(named[i], out var before))
                return null;
            address = Plain(before);
        }
        return address;
    }

    /// <summary>True if the request is from this machine itself: not passed on by a proxy here that nobody has said to trust.</summary>
    public static bool IsLocal(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies)
    {
        var isByProxy = HasProxyMark(context);
        if (isByProxy && !IsTrusted(Plain(context.Connection.RemoteIpAddress), trustedProxies))
            return false;
        return Of(context, trustedProxies) is { } address && IPAddress.IsLoopback(address) && (!isByProxy || context.Request.Headers.ContainsKey(Forwarded));
    }

    /// <summary>True if a proxy says that it has passed the request on, or is known to be at the other end.</summary>
    public static bool IsByProxy(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies) =>
        IsTrusted(context.Connection.RemoteIpAddress, trustedProxies) || HasProxyMark(context);

    public static bool IsTrusted(IPAddress? address, IReadOnlyList<IPNetwork> trustedProxies) =>
        address is not null && trustedProxies.Any(p => p.Contains(Plain(address)!));

    private static bool HasProxyMark(HttpContext context) => ProxyMarks.Any(context.Request.Headers.ContainsKey);

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
