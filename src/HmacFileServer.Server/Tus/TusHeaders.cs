using System.Globalization;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;
using Microsoft.Net.Http.Headers;

namespace HmacFileServer.Server.Tus;

/// <summary>Names and forms of the tus 1.0.0 headers.</summary>
internal static class TusHeaders
{
    public const string Resumable = "Tus-Resumable";
    public const string Version = "1.0.0";
    public const string ContentType = "application/offset+octet-stream";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string DeferLength = "Upload-Defer-Length";
    public const string Metadata = "Upload-Metadata";
    public const string Expires = "Upload-Expires";
    public const string Checksum = "Upload-Checksum";

    private const string Extensions =
        "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,concatenation,concatenation-unfinished";

    /// <summary>What OPTIONS tells.</summary>
    public static void WriteCapabilities(HttpResponse response, UploadLimits limits)
    {
        var headers = response.Headers;
        headers[Resumable] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = Extensions;
        headers["Tus-Max-Size"] = Number(limits.MaxUploadSize + UploadLimits.EncryptionOverhead);
        headers["Tus-Checksum-Algorithm"] = RunningChecksum.Names;
    }

    /// <summary>When an unfinished upload is removed if no byte comes.</summary>
    public static void WriteExpires(HttpResponse response, UploadProgress progress, UploadLimits limits)
    {
        if (progress.State == UploadState.Receiving)
            response.Headers[Expires] = HeaderUtilities.FormatDate(progress.LastActivity + limits.SessionTimeout);
    }

    /// <summary>Reads a non-negative integer that stands alone in its header.</summary>
    public static bool TryNumber(HttpRequest request, string header, out long value)
    {
        value = 0;
        return request.Headers[header] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    public static bool IsContentTypeRight(HttpRequest request) =>
        string.Equals(request.ContentType?.Split(';')[0].Trim(), ContentType, StringComparison.OrdinalIgnoreCase);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
