using HmacFileServer.Server.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Http;

/// <summary>An answer that is given before the request's body was read.</summary>
internal static class UnreadBody
{
    /// <summary>A body that was not read and is larger than this, in bytes, is not waited for: the connection ends after the answer.</summary>
    private const long WorthDraining = 64 * 1024;

    /// <summary>
    /// Before the response starts: says that the connection will end, if the body is not worth waiting for, or if this
    /// <paramref name="isLast"/>. True if so; then <see cref="EndAsync"/> has to follow the last byte of the answer. Never on HTTP/2: there
    /// the framework ends the stream (RST_STREAM with NO_ERROR, RFC 9113 §8.1) and the connection goes on.
    /// </summary>
    public static bool Announce(HttpContext context, bool isLast = false)
    {
        if (IsMultiplexed(context.Request))
            return false;
        var ends = isLast || (context.Request.ContentLength is null or > WorthDraining && IsThere(context.Request));
        if (ends)
            context.Response.Headers.Connection = "close";
        return ends;
    }

    public static async Task EndAsync(HttpContext context)
    {
        await context.Response.CompleteAsync();
        context.Features.Get<IEarlyAnswer>()?.EndInput();
    }

    /// <summary>True if the request has a body, of a length that is known or not.</summary>
    public static bool IsThere(HttpRequest request) =>
        request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0
        || (IsMultiplexed(request) && request.ContentLength is null && request.HttpContext.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody);

    private static bool IsMultiplexed(HttpRequest request) => !HttpProtocol.IsHttp11(request.Protocol) && !HttpProtocol.IsHttp10(request.Protocol);
}
