using System.Text;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Http;

/// <summary>Answers with a row of the error table, as short text for the person who reads it.</summary>
internal static class ErrorResponse
{
    private static readonly object Answered = new();

    /// <summary>The row of the error table that the request was answered with; null for none.</summary>
    public static UploadErrorCode? Of(HttpContext context) => context.Items.TryGetValue(Answered, out var code) ? (UploadErrorCode)code! : null;

    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="code">What is wrong.</param>
    /// <param name="status">The status if the protocol demands another than the table's.</param>
    public static Task WriteAsync(HttpContext context, UploadErrorCode code, int? status = null)
    {
        var error = UploadError.Of(code);
        context.Items[Answered] = code;
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        if (error.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer"; // RFC 9110 §15.5.2 asks for it
        return WriteAsync(context, status ?? error.Status, error.Message);
    }

    /// <summary>For a request that a newer one has ended: its connection ends with the answer, whatever of its body is still to come.</summary>
    public static Task TakenOverAsync(HttpContext context)
    {
        var error = UploadError.Of(UploadErrorCode.TakenOver);
        return WriteAsync(context, error.Status, error.Message, isLast: true);
    }

    public static Task WriteAsync(HttpContext context, int status, string message) => WriteAsync(context, status, message, isLast: false);

    public static Task MethodNotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"This address understands {allowed}.");
    }

    private static async Task WriteAsync(HttpContext context, int status, string message, bool isLast)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        var leavesBody = UnreadBody.Announce(context, isLast);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var body = Encoding.UTF8.GetBytes(message + "\n");
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body);
        if (leavesBody)
            await UnreadBody.EndAsync(context);
    }
}
