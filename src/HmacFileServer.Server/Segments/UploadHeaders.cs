using System.Globalization;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>The response headers that tell how far an upload is.</summary>
internal static class UploadHeaders
{
    /// <summary>Most ranges in a header: more would exceed what HTTP clients accept in one (64 KB); the JSON view has all.</summary>
    private const int MostRanges = 1000;

    public static void Write(HttpResponse response, UploadProgress progress)
    {
        var headers = response.Headers;
        headers["Upload-Offset"] = Number(progress.Offset);
        headers["Upload-Received"] = string.Join(", ", progress.Received.Take(MostRanges));
        if (progress.Length is { } length)
            headers["Upload-Length"] = Number(length);
        headers["Upload-Complete"] = progress.State == UploadState.Complete ? "?1" : "?0";
        headers.CacheControl = "no-store";
    }

    /// <summary>For an upload that has become a file.</summary>
    public static void WriteComplete(HttpResponse response, long length)
    {
        response.Headers["Upload-Offset"] = Number(length);
        response.Headers["Upload-Length"] = Number(length);
        response.Headers["Upload-Complete"] = "?1";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
