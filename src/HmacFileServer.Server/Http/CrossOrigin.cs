using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Tus;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Http;

/// <summary>
/// Lets web pages of every origin upload and download (CORS): what authorises is the signature in the URL, never a cookie,
/// so there is nothing that another origin could ride on.
/// </summary>
internal static class CrossOrigin
{
    private const string Methods = "OPTIONS, HEAD, GET, PUT, PATCH, POST, DELETE";

    private const string RequestHeaders =
        "Accept, Authorization, Client-Network, Content-Digest, Content-Disposition, Content-Range, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
        + "If-Range, If-Unmodified-Since, Range, Repr-Digest, Tus-Resumable, Upload-Checksum, Upload-Complete, Upload-Concat, Upload-Defer-Length, "
        + "Upload-Draft-Interop-Version, Upload-Length, Upload-Metadata, Upload-Offset, Want-Repr-Digest, X-HTTP-Method-Override, X-Requested-With";

    private const string ResponseHeaders =
        "Accept-Patch, Accept-Ranges, Allow, Content-Disposition, Content-Length, Content-Location, Content-Range, ETag, Last-Modified, Location, Repr-Digest, Retry-After, Server, Tus-Checksum-Algorithm, "
        + "Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Complete, Upload-Concat, Upload-Defer-Length, Upload-Draft-Interop-Version, "
        + "Upload-Expires, Upload-Length, Upload-Limit, Upload-Metadata, Upload-Offset, Upload-Received, Want-Content-Digest, Want-Repr-Digest, WWW-Authenticate";

    public static void Allow(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = ResponseHeaders;
    }

    /// <summary>Answers OPTIONS, preflight or not.</summary>
    public static Task PreflightAsync(HttpContext context, UploadLimits limits)
    {
        var headers = context.Response.Headers;
        TusHeaders.WriteCapabilities(context.Response, limits);
        headers[ResumableHeaders.Limit] = ResumableHeaders.LimitFor(context.Request, limits);
        headers["Want-Repr-Digest"] = headers["Want-Content-Digest"] = DigestFields.Preference;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = "86400";
        headers.Allow = Methods;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
