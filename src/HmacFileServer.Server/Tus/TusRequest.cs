using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Tus;

/// <summary>Tells tus requests from others, before they are sent to an endpoint.</summary>
internal static class TusRequest
{
    /// <summary>True for a request that says so, or whose body can be nothing else.</summary>
    public static bool IsTus(HttpRequest request) =>
        request.Headers.ContainsKey(TusHeaders.Resumable) || (HttpMethods.IsPatch(request.Method) && TusHeaders.IsContentTypeRight(request));

    /// <summary>
    /// Puts the method of X-HTTP-Method-Override in force and announces the version. False if the request is of a version that
    /// is not spoken; it is answered then (412).
    /// </summary>
    public static async Task<bool> BeginAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method) && request.Headers["X-HTTP-Method-Override"] is [{ Length: > 0 } method])
            request.Method = method.ToUpperInvariant();
        context.Response.Headers[TusHeaders.Resumable] = TusHeaders.Version;
        if (request.Headers[TusHeaders.Resumable] is [TusHeaders.Version] || HttpMethods.IsOptions(request.Method))
            return true;
        context.Response.Headers["Tus-Version"] = TusHeaders.Version;
        await ErrorResponse.WriteAsync(context, StatusCodes.Status412PreconditionFailed, $"This server speaks tus {TusHeaders.Version}: send it in Tus-Resumable.");
        return false;
    }
}
