using System.Globalization;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Downloads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Slots;

/// <summary>A slot URL: upload it, go on with it, ask how far it is, and, once it is complete, download it; or, with a signature for that, delete it.</summary>
internal sealed class SlotEndpoint(
    UploadEngine engine,
    IUploadStore store,
    SlotAuthorizer authorizer,
    BodyEndpoint bodies,
    UploadEndpoint uploads,
    DownloadEndpoint downloads,
    ServerSettings settings)
{
    private const string Allowed = "OPTIONS, HEAD, GET, PUT, POST, DELETE";

    public Task HandleAsync(HttpContext context, RequestTarget target) => context.Request.Method switch
    {
        "PUT" => PutAsync(context, target),
        "HEAD" or "GET" => ReadAsync(context, target),
        "DELETE" => DeleteAsync(context, target),
        _ => ErrorResponse.MethodNotAllowedAsync(context, Allowed),
    };

    private async Task PutAsync(HttpContext context, RequestTarget target)
    {
        if (PutIntent.Read(context.Request, out var intent) is { } malformed)
        {
            await ErrorResponse.WriteAsync(context, malformed);
            return;
        }
        var upload = await engine.FindAsync(target.Path);
        var contentType = context.Request.Headers.ContentType is [{ } verbatim] ? verbatim : null;
        var grant = await authorizer.CheckAsync(context.Request, target, intent.Total, contentType, begun: upload is not null);
        if (grant.Error is { } refused)
        {
            await ErrorResponse.WriteAsync(context, refused);
            return;
        }
        if (intent.Total > settings.Limits.MaxUploadSize + UploadLimits.EncryptionOverhead)
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.TooLarge);
            return;
        }
        upload ??= await engine.OpenSlotAsync(new NewUpload(target.Path, intent.Total, grant.ContentType ?? "application/octet-stream")
        {
            FileExpires = grant.FileExpires,
            Properties = intent.FileDigests.Count > 0 ? new Dictionary<string, string> { [FileDigests.Property] = FileDigests.Format(intent.FileDigests) } : [],
        });
        await bodies.PutAsync(context, upload, intent, grant.ContentType);
    }

    private async Task DeleteAsync(HttpContext context, RequestTarget target)
    {
        if (authorizer.CheckDeletion(target) is { } refused)
        {
            await ErrorResponse.WriteAsync(context, refused);
            return;
        }
        var ended = await engine.FindAsync(target.Path) is { } upload && await engine.TerminateAsync(upload);
        if (await store.DeleteFileAsync(target.Path, CancellationToken.None) || ended)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await ErrorResponse.WriteAsync(context, UploadErrorCode.NotFound);
    }

    private async Task ReadAsync(HttpContext context, RequestTarget target)
    {
        if (await engine.FindAsync(target.Path) is { } upload && upload.Progress() is { State: not (UploadState.Complete or UploadState.Ended) } progress
            && await AnswerUnfinishedAsync(context, target, upload, progress.Length))
            return;
        if (await store.FindFileAsync(target.Path, context.RequestAborted) is { } file)
        {
            if (authorizer.IsAsked(context.Request, target) && (await authorizer.CheckAsync(context.Request, target, file.Length, file.ContentType, begun: true)).IsGiven)
                UploadHeaders.WriteComplete(context.Response, file.Length);
            await downloads.HandleAsync(context, file);
            return;
        }
        if (HttpMethods.IsHead(context.Request.Method) && await AnnouncedLengthAsync(context.Request, target) is { } announced)
            UploadHeaders.Write(context.Response, new UploadProgress(UploadState.Receiving, announced, 0, [], 0, 0, default, 0));
        else
            await ErrorResponse.WriteAsync(context, UploadErrorCode.NotFound);
    }

    /// <summary>False if the upload became a file by this very question: then the answer is about the file.</summary>
    private async Task<bool> AnswerUnfinishedAsync(HttpContext context, RequestTarget target, LiveUpload upload, long? known)
    {
        var signed = known is { } length && (await authorizer.CheckAsync(context.Request, target, length, upload.Record.ContentType, begun: true)).IsGiven;
        if (!signed || (HttpMethods.IsGet(context.Request.Method) && !UploadEndpoint.IsAskedToShow(context.Request)))
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.NotFound);
            return true;
        }
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await uploads.GetAsync(context, upload);
            return true;
        }
        var outcome = await engine.InspectAsync(upload);
        if (outcome.Progress.State == UploadState.Complete)
            return false;
        UploadHeaders.Write(context.Response, outcome.Progress);
        return true;
    }

    /// <summary>
    /// Nobody has begun this slot, so its length is known to the client alone. If it says it (Upload-Length) and the signature
    /// is right, the answer is "nothing is held yet", and no session is made.
    /// </summary>
    private async ValueTask<long?> AnnouncedLengthAsync(HttpRequest request, RequestTarget target) =>
        long.TryParse(request.Headers["Upload-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && (await authorizer.CheckAsync(request, target, length, request.ContentType, begun: false)).IsGiven ? length : null;
}
