using System.Text;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Http;

/// <summary>Answers with a row of the error table, as short text for the person who reads it.</summary>
internal static class ErrorResponse
{
    /// <summary>A body that was not read and is larger than this, in bytes, is not waited for: the connection ends after the answer.</summary>
    private const long WorthDraining = 64 * 1024;

    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="code">What is wrong.</param>
    /// <param name="status">The status if the protocol demands another than the table's.</param>
    public static Task WriteAsync(HttpContext context, UploadErrorCode code, int? status = null)
    {
        var error = UploadError.Of(code);
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, status ?? error.Status, error.Message);
    }

    public static async Task WriteAsync(HttpContext context, int status, string message)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        var leavesBody = context.Request.ContentLength is null or > WorthDraining && HasBody(context.Request);
        if (leavesBody)
            response.Headers.Connection = "close";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var body = Encoding.UTF8.GetBytes(message + "\n");
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body);
        if (!leavesBody)
            return;
        await response.CompleteAsync();
        context.Features.Get<IEarlyAnswer>()?.EndInput();
    }

    public static Task MethodNotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"This address understands {allowed}.");
    }

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;
}
