using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Profiles;
using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>Brings the body of an authorised PUT into its upload and answers.</summary>
internal sealed class BodyEndpoint(UploadEngine engine, ServerSettings settings)
{
    /// <param name="context">The request; it is authorised already.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="intent">What it asks to write.</param>
    /// <param name="contentType">The media type of the file; null for that of the request.</param>
    public async Task PutAsync(HttpContext context, LiveUpload upload, PutIntent intent, string? contentType = null)
    {
        var request = context.Request;
        contentType ??= request.ContentType ?? upload.Record.ContentType;
        using var check = intent.SegmentDigests.Count > 0 ? new BodyCheck(intent.SegmentDigests) : null;
        var claim = new FileClaim(contentType) { Digests = intent.FileDigests, WantsCrc32C = DigestFields.IsAskedFor(request, DigestFields.Crc32C) };
        var outcome = await engine.ReceiveAsync(upload, intent.Claim, request.BodyReader, ClientNetworkHeader.Read(request), claim, check);
        if (await IsEndedAsync(context, outcome.Error, intent.Claim.Kind))
            return;
        if (outcome.File is { } file)
        {
            await CreatedAsync(context, file, outcome.Crc32C);
            return;
        }
        UploadHeaders.Write(context.Response, outcome.Progress);
        if (outcome.Error is { } error)
            await ErrorResponse.WriteAsync(context, error);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Ends a request that was cut or taken over; false for every other one.</summary>
    public static async Task<bool> IsEndedAsync(HttpContext context, UploadErrorCode? error, WriterKind kind)
    {
        switch (error)
        {
            case UploadErrorCode.TakenOver when kind != WriterKind.Segment:
                // Perhaps another client writes to this slot, and this one still listens.
                await ErrorResponse.TakenOverAsync(context);
                return true;
            case UploadErrorCode.TakenOver or UploadErrorCode.BodyIncomplete:
                // Its client is gone, or has gone on elsewhere: nobody reads an answer here.
                context.Features.Set(CutRequest.Instance);
                context.Abort();
                return true;
            default:
                return false;
        }
    }

    /// <summary>The answer to the request that finished a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="file">The file.</param>
    /// <param name="crc32c">Of its bytes, if that is known.</param>
    public Task CreatedAsync(HttpContext context, StoredFile file, uint? crc32c = null)
    {
        var path = settings.BasePath + SlotUrl.EncodePath(file.Slot);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        ReprDigest.Write(context, file.Sha256, crc32c);
        response.Headers.Location = path;
        response.Headers["Upload-Complete"] = "?1";
        response.ContentType = "text/plain; charset=utf-8";
        var body = System.Text.Encoding.ASCII.GetBytes($"{RequestOrigin.Of(context, settings.TrustedProxies)}{path}\n");
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }
}
