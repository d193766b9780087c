using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Slots;
using HmacFileServer.Server.Uploads;
using Microsoft.Net.Http.Headers;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>A request with `Upload-Complete` to a file's address: it creates an upload that can be resumed, and brings its first bytes.</summary>
internal sealed class ResumableCreationEndpoint(
    UploadEngine engine, SlotAuthorizer authorizer, BodyEndpoint bodies, ServerSettings settings, TimeProvider clock)
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>On a signed slot URL; the signature is over the file's length, so it must be known.</summary>
    public async Task OnSlotAsync(HttpContext context, RequestTarget target)
    {
        var error = ResumableCreation.Read(context.Request, out var creation);
        if (error is null && creation.Length is null)
            error = UploadErrorCode.LengthRequired;
        var grant = new SlotGrant(error);
        if (error is null)
        {
            var begun = await engine.FindAsync(target.Path) is not null;
            grant = await authorizer.CheckAsync(context.Request, target, creation.Length!.Value, context.Request.ContentType, begun);
        }
        await CreateAsync(context, creation, target.Path, grant);
    }

    /// <summary>On `/files/`: the request is authorised already; the server names the file.</summary>
    public async Task OnFilesAsync(HttpContext context, DateTimeOffset? fileExpires)
    {
        var error = ResumableCreation.Read(context.Request, out var creation);
        await CreateAsync(context, creation, IssuedSlot.For(FileName(context.Request)), new SlotGrant(error, context.Request.ContentType, fileExpires));
    }

    private static string? FileName(HttpRequest request)
    {
        if (!ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition))
            return null;
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return HeaderUtilities.RemoveQuotes(name).Value;
    }

    private async Task CreateAsync(HttpContext context, ResumableCreation creation, SlotPath slot, SlotGrant grant)
    {
        var error = grant.Error;
        var request = context.Request;
        BodyCheck? check = null;
        if (error is null && (creation.Length ?? request.ContentLength) > settings.Limits.MaxUploadSize + UploadLimits.EncryptionOverhead)
        {
            context.Response.Headers[ResumableHeaders.Limit] = ResumableHeaders.LimitFor(request, settings.Limits);
            error = UploadErrorCode.TooLarge;
        }
        if ((error ??= DigestFields.ReadContent(request, out check)) is { } refused)
        {
            if (refused == UploadErrorCode.LengthMismatch)
                await UploadProblem.InconsistentLengthAsync(context);
            else
                await ErrorResponse.WriteAsync(context, refused);
            return;
        }
        using (check)
        {
            var wanted = new NewUpload(slot, creation.Length, grant.ContentType ?? DefaultContentType) { FileExpires = grant.FileExpires, Properties = creation.Properties };
            var upload = await engine.OpenSlotAsync(wanted);
            if (check is not null && upload.Progress().ReceivedBytes > 0)
            {
                // Bytes that count only after a check cannot be compared with older ones as they come: it begins anew.
                await engine.TerminateAsync(upload);
                upload = await engine.OpenSlotAsync(wanted);
            }
            await ReceiveAsync(context, upload, creation, wanted.ContentType, check);
        }
    }

    private async Task ReceiveAsync(HttpContext context, LiveUpload upload, ResumableCreation creation, string contentType, BodyCheck? check)
    {
        var request = context.Request;
        var location = $"/uploads/{upload.Id}";
        var interim = new InterimAnswers(context, clock, settings.Limits);
        await interim.LocateAsync(location);
        context.Response.Headers.Location = location;
        // The body begins at byte 0, whatever is held: what is equal is skipped, and another file replaces this one.
        var claim = creation.Length is { } length && check is null ? WriteClaim.Whole(length) : WriteClaim.Append(0, request.ContentLength);
        var outcome = UnreadBody.IsThere(request)
            ? await engine.ReceiveAsync(upload, claim, request.BodyReader, ClientNetworkHeader.Read(request), new FileClaim(contentType) { Digests = creation.Digests }, check, interim.ReportAsync)
            : await engine.InspectAsync(upload);
        if (outcome is { Error: null, File: null, Progress.Length: null } && creation.IsComplete)
        {
            var error = await engine.SetLengthAsync(upload, outcome.Progress.Offset);
            outcome = error is null ? await engine.InspectAsync(upload) : outcome with { Error = error };
        }
        await AnswerAsync(context, outcome, creation);
    }

    private async Task AnswerAsync(HttpContext context, ReceiveOutcome outcome, ResumableCreation creation)
    {
        if (await BodyEndpoint.IsEndedAsync(context, outcome.Error, WriterKind.Append))
            return;
        ResumableHeaders.Write(context, outcome.File?.Length ?? outcome.Progress.Offset, outcome.Progress.Length, outcome.File is not null, settings.Limits);
        if (outcome.Error is { } error)
            await ErrorResponse.WriteAsync(context, error);
        else if (outcome.File is { } file && creation.IsComplete)
            await bodies.CreatedAsync(context, file);
        else if (creation.IsComplete)
            await UploadProblem.InconsistentLengthAsync(context); // the content was shorter than the length that it came with
        else
            context.Response.StatusCode = StatusCodes.Status201Created;
    }
}
