using System.Globalization;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using Microsoft.Net.Http.Headers;

namespace HmacFileServer.Server.Downloads;

/// <summary>GET and HEAD of a finished file.</summary>
internal sealed class DownloadEndpoint(IUploadStore store, TimeProvider clock)
{
    private const long Year = 31_536_000; // seconds: as long as HTTP means by "for ever" (RFC 9111 §1.2.2)

    public async Task HandleAsync(HttpContext context, StoredFile file)
    {
        var response = context.Response;
        var mediaType = Disposition.MediaType(file.ContentType);
        var lastModified = DateTimeOffset.FromUnixTimeSeconds(file.Created.ToUnixTimeSeconds()); // HTTP dates have whole seconds
        var tag = new EntityTagHeaderValue($"\"{file.Sha256}\"");
        WriteHeaders(context, file, mediaType, tag, lastModified);
        var headers = context.Request.GetTypedHeaders();
        if (Preconditions.Evaluate(headers, tag, lastModified) is { } status)
        {
            response.StatusCode = status;
            return;
        }
        List<ByteRange> parts = [];
        var kind = Preconditions.AllowsRanges(headers, tag, lastModified) && HttpMethods.IsGet(context.Request.Method)
            ? RangeSelection.Read(context.Request.Headers.Range, file.Length, out parts)
            : RangeKind.Whole;
        if (kind == RangeKind.Unsatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{Number(file.Length)}";
            response.Headers.Remove(HeaderNames.ContentDisposition);
            await ErrorResponse.WriteAsync(context, StatusCodes.Status416RangeNotSatisfiable, "The file ends before this range.");
            return;
        }
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentType = mediaType;
            response.ContentLength = file.Length;
            return;
        }
        await using var content = await store.OpenFileAsync(file, context.RequestAborted) ?? throw new UploadException(UploadErrorCode.NotFound);
        if (kind == RangeKind.Parts && parts.Count > 1)
        {
            await new MultipartBody(content, mediaType, parts).WriteAsync(context);
            return;
        }
        response.ContentType = mediaType;
        var range = new ByteRange(0, file.Length);
        if (kind == RangeKind.Parts)
        {
            range = parts[0];
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range}/{Number(file.Length)}";
        }
        response.ContentLength = range.Length;
        await ContentCopier.CopyAsync(content, range, context);
    }

    private void WriteHeaders(HttpContext context, StoredFile file, string mediaType, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        var headers = context.Response.Headers;
        headers.ETag = tag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(lastModified);
        ReprDigest.Write(context, file.Sha256);
        headers.AcceptRanges = "bytes";
        // No cache keeps a file longer than the server does.
        var age = file.Expires is { } end ? Math.Clamp((long)(end - clock.GetUtcNow()).TotalSeconds, 0, Year) : Year;
        headers.CacheControl = $"public, max-age={Number(age)}, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Disposition.ContentSecurityPolicy(mediaType);
        headers.ContentDisposition = Disposition.Header(mediaType, file.Slot.FileName);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
