using System.Text.Json;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>Errors as problem details (RFC 9457), of the types that the draft registers.</summary>
internal static class UploadProblem
{
    private const string Types = "https://iana.org/assignments/http-problem-types#";

    public static Task MismatchingOffsetAsync(HttpContext context, long expected, long provided) =>
        WriteAsync(context, StatusCodes.Status409Conflict, "mismatching-upload-offset", "The offset is not where this upload continues.", json =>
        {
            json.WriteNumber("expected-offset", expected);
            json.WriteNumber("provided-offset", provided);
        });

    public static Task InconsistentLengthAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "inconsistent-upload-length", "The request contradicts the length of this upload.");

    public static Task CompletedAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status409Conflict, "completed-upload", "This upload is complete and takes no more bytes.");

    private static async Task WriteAsync(HttpContext context, int status, string type, string title, Action<Utf8JsonWriter>? members = null)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", Types + type);
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            members?.Invoke(json);
            json.WriteEndObject();
        }
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        var leavesBody = UnreadBody.Announce(context);
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        if (leavesBody)
            await UnreadBody.EndAsync(context);
    }
}
