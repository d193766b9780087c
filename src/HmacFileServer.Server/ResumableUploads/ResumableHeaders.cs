using System.Globalization;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>Names and forms of draft-ietf-httpbis-resumable-upload, of the interop versions 6 (drafts 04, 05) and 8 (09 and later).</summary>
internal static class ResumableHeaders
{
    public const string InteropVersion = "Upload-Draft-Interop-Version";
    public const string ContentType = "application/partial-upload";
    public const string Complete = "Upload-Complete";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Limit = "Upload-Limit";

    private const string Older = "6";
    private const string Newer = "8";

    /// <summary>The request's interop version if it is spoken here; otherwise null.</summary>
    public static string? Version(HttpRequest request) => request.Headers[InteropVersion] is [Older or Newer] and [{ } version] ? version : null;

    /// <summary>`Upload-Limit`: the largest file, and for how many seconds an upload is kept that receives nothing.</summary>
    public static string LimitFor(HttpRequest request, UploadLimits limits)
    {
        var age = Version(request) == Older ? "expires" : "max-age";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"max-size={limits.MaxUploadSize + UploadLimits.EncryptionOverhead}, {age}={(long)limits.SessionTimeout.TotalSeconds}");
    }

    /// <summary>How far the upload is, and the limits.</summary>
    public static void Write(HttpContext context, long offset, long? length, bool isComplete, UploadLimits limits)
    {
        var headers = context.Response.Headers;
        if (Version(context.Request) is { } version)
            headers[InteropVersion] = version;
        headers[Offset] = Number(offset);
        headers[Complete] = isComplete ? "?1" : "?0";
        if (length is { } known)
            headers[Length] = Number(known);
        headers[Limit] = LimitFor(context.Request, limits);
        headers.CacheControl = "no-store";
    }

    public static void Write(HttpContext context, UploadProgress progress, UploadLimits limits) =>
        Write(context, progress.Offset, progress.Length, progress.State == UploadState.Complete, limits);

    public static bool IsContentTypeRight(HttpRequest request) =>
        string.Equals(request.ContentType?.Split(';')[0].Trim(), ContentType, StringComparison.OrdinalIgnoreCase);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
