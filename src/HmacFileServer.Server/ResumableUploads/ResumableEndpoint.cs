using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Tus;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>`/uploads/{id}` as the draft has it: HEAD, PATCH and DELETE.</summary>
internal sealed class ResumableEndpoint(UploadEngine engine, UploadEnd ends, BodyEndpoint bodies, ServerSettings settings, TimeProvider clock)
{
    private const string PatchTypes = $"{ResumableHeaders.ContentType}, {TusHeaders.ContentType}";

    public Task HandleAsync(HttpContext context, UploadId id)
    {
        if (!engine.TryFind(id, out var upload))
            return FinishedAsync(context, id);
        return context.Request.Method switch
        {
            "HEAD" => HeadAsync(context, upload),
            "PATCH" => PatchAsync(context, upload),
            _ => DeleteAsync(context, upload),
        };
    }

    private async Task HeadAsync(HttpContext context, LiveUpload upload)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey(ResumableHeaders.Offset) || headers.ContainsKey(ResumableHeaders.Complete) || headers.ContainsKey(ResumableHeaders.Length))
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.MalformedHeader);
            return;
        }
        var progress = (await engine.InspectAsync(upload)).Progress;
        if (progress.State is UploadState.Complete or UploadState.Ended)
        {
            await FinishedAsync(context, upload.Id);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        ResumableHeaders.Write(context, progress, settings.Limits);
    }

    private async Task PatchAsync(HttpContext context, LiveUpload upload)
    {
        var request = context.Request;
        BodyCheck? check = null;
        List<ExpectedChecksum> digests = [];
        var error = ReadPatch(request, out var offset, out var isComplete) ?? DigestFields.Read(request.Headers[DigestFields.Representation], out digests)
            ?? DigestFields.ReadContent(request, out check);
        using (check)
        {
            if (error is { } refused)
            {
                if (refused == UploadErrorCode.ContentTypeUnsupported)
                    context.Response.Headers["Accept-Patch"] = PatchTypes;
                await ErrorResponse.WriteAsync(context, refused);
                return;
            }
            // A newer request ends the older one; what is known then is the truth that this one is measured by.
            var progress = (await engine.InspectAsync(upload)).Progress;
            if (progress.State is UploadState.Complete or UploadState.Ended)
                await FinishedAsync(context, upload.Id);
            else if (progress.Offset != offset)
                await MismatchAsync(context, progress, offset);
            else if (await SetLengthAsync(request, upload, offset, isComplete) is { } inconsistent)
                await RefuseAsync(context, inconsistent);
            else
                await ReceiveAsync(context, upload, offset, isComplete, check, digests);
        }
    }

    private static UploadErrorCode? ReadPatch(HttpRequest request, out long offset, out bool isComplete)
    {
        offset = 0;
        isComplete = false;
        if (!ResumableHeaders.IsContentTypeRight(request))
            return UploadErrorCode.ContentTypeUnsupported;
        return StructuredField.TryInteger(request.Headers[ResumableHeaders.Offset], out offset)
            && StructuredField.TryBoolean(request.Headers[ResumableHeaders.Complete], out isComplete)
                ? null
                : UploadErrorCode.MalformedHeader;
    }

    /// <summary>The length that the request says or implies; LengthMismatch if it contradicts itself or the upload.</summary>
    private async Task<UploadErrorCode?> SetLengthAsync(HttpRequest request, LiveUpload upload, long offset, bool isComplete)
    {
        long? length = isComplete && request.ContentLength is { } count ? offset + count : null;
        var said = request.Headers[ResumableHeaders.Length];
        if (said.Count > 0)
        {
            if (!StructuredField.TryInteger(said, out var value))
                return UploadErrorCode.MalformedHeader;
            if ((length ?? value) != value)
                return UploadErrorCode.LengthMismatch;
            length = value;
        }
        if (length is { } known && await engine.SetLengthAsync(upload, known) is { } error)
            return error;
        return request.ContentLength > upload.Progress().Length - offset ? UploadErrorCode.LengthMismatch : null;
    }

    private async Task ReceiveAsync(HttpContext context, LiveUpload upload, long offset, bool isComplete, BodyCheck? check, List<ExpectedChecksum> digests)
    {
        var request = context.Request;
        var claim = new FileClaim(upload.ContentType) { Digests = isComplete ? digests : [] };
        var interim = new InterimAnswers(context, clock, settings.Limits);
        var outcome = await engine.ReceiveAsync(
            upload, WriteClaim.Append(offset, request.ContentLength), request.BodyReader, ClientNetworkHeader.Read(request), claim, check, interim.ReportAsync);
        if (outcome is { Error: null, File: null, Progress.Length: null } && isComplete)
        {
            var error = await engine.SetLengthAsync(upload, outcome.Progress.Offset);
            outcome = error is null ? await engine.InspectAsync(upload) : outcome with { Error = error };
        }
        if (await BodyEndpoint.IsEndedAsync(context, outcome.Error, WriterKind.Append))
            return;
        if (outcome.Error == UploadErrorCode.OffsetMismatch)
        {
            await MismatchAsync(context, outcome.Progress, offset);
            return;
        }
        ResumableHeaders.Write(context, outcome.File?.Length ?? outcome.Progress.Offset, outcome.Progress.Length, outcome.File is not null, settings.Limits);
        if (outcome.Error is { } refused)
            await RefuseAsync(context, refused);
        else if (outcome.File is { } file && isComplete)
            await bodies.CreatedAsync(context, file);
        else if (isComplete && !upload.Concatenation.IsPartial)
            await UploadProblem.InconsistentLengthAsync(context); // a chunked body was shorter than the length
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task MismatchAsync(HttpContext context, UploadProgress progress, long provided)
    {
        ResumableHeaders.Write(context, progress, settings.Limits);
        return UploadProblem.MismatchingOffsetAsync(context, progress.Offset, provided);
    }

    private static Task RefuseAsync(HttpContext context, UploadErrorCode error) => error is UploadErrorCode.LengthMismatch or UploadErrorCode.BodyTooLong
        ? UploadProblem.InconsistentLengthAsync(context)
        : ErrorResponse.WriteAsync(context, error);

    private async Task DeleteAsync(HttpContext context, LiveUpload upload)
    {
        if (!await ends.CancelAsync(context, upload))
            await FinishedAsync(context, upload.Id);
    }

    private async Task FinishedAsync(HttpContext context, UploadId id)
    {
        if (await ends.FindFileAsync(context, id) is not { File: var file })
            return;
        ResumableHeaders.Write(context, file.Length, file.Length, isComplete: true, settings.Limits);
        var request = context.Request;
        if (HttpMethods.IsHead(request.Method))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else if (HttpMethods.IsPatch(request.Method) && IsLastWord(request, file))
            await bodies.CreatedAsync(context, file);
        else if (HttpMethods.IsPatch(request.Method))
            await UploadProblem.CompletedAsync(context);
        else
            await ErrorResponse.WriteAsync(context, UploadErrorCode.AlreadyComplete);
    }

    /// <summary>The bytes were all there before the client said that they are all: it says so now, without content.</summary>
    private static bool IsLastWord(HttpRequest request, StoredFile file) =>
        ReadPatch(request, out var offset, out var isComplete) is null && isComplete && offset == file.Length && !UnreadBody.IsThere(request);
}
