using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Tus;

/// <summary>`Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`, as a header or as the trailer of a chunked body.</summary>
internal static class UploadChecksum
{
    /// <summary>What the body must match; null if the request says nothing. MalformedHeader for an algorithm or a value that cannot be used.</summary>
    public static UploadErrorCode? Read(HttpRequest request, out BodyCheck? check)
    {
        check = null;
        var header = request.Headers[TusHeaders.Checksum];
        if (header.Count > 0)
        {
            if (header is not [{ } text] || Parse(text) is not { } expected)
                return UploadErrorCode.MalformedHeader;
            check = new BodyCheck([expected]);
        }
        else if (IsTrailerAnnounced(request))
        {
            check = new BodyCheck([], () => ReadTrailer(request));
        }
        return null;
    }

    private static bool IsTrailerAnnounced(HttpRequest request) =>
        request.Headers.Trailer.Any(t => t is not null && t.Split(',').Any(n => n.Trim().Equals(TusHeaders.Checksum, StringComparison.OrdinalIgnoreCase)));

    private static ExpectedChecksum? ReadTrailer(HttpRequest request)
    {
        var trailers = request.HttpContext.Features.Get<IHttpRequestTrailersFeature>();
        return trailers is { Available: true } && trailers.Trailers[TusHeaders.Checksum] is [{ } text] ? Parse(text) : null;
    }

    private static ExpectedChecksum? Parse(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !RunningChecksum.Names.Split(',').Contains(text[..space]))
            return null;
        var encoded = text[(space + 1)..].Trim();
        var value = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, value, out var length) ? new ExpectedChecksum(text[..space], value[..length]) : null;
    }
}
