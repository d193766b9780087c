using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Slots;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Tus;

/// <summary>POST that creates a tus upload: on a signed slot URL, or on `/files/`.</summary>
internal sealed class TusCreationEndpoint(UploadEngine engine, UploadEnd ends, SlotAuthorizer authorizer, ServerSettings settings)
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>The slot's signature is over the file's length, so the length cannot be deferred, and a part has no slot.</summary>
    public async Task OnSlotAsync(HttpContext context, RequestTarget target)
    {
        var error = TusCreation.Read(context.Request, out var creation);
        if (error is null && creation.Length is null)
            error = UploadErrorCode.LengthRequired;
        if (error is null && creation.Concatenation != Concatenation.None)
            error = UploadErrorCode.WrongToken;
        var grant = default(SlotGrant);
        if (error is null)
        {
            var begun = await engine.FindAsync(target.Path) is not null;
            grant = await authorizer.CheckAsync(context.Request, target, creation.Length!.Value, creation.FileType, begun);
            error = grant.Error;
        }
        if (error is { } refused)
            await ErrorResponse.WriteAsync(context, refused);
        else
            await CreateAsync(context, creation, target.Path, grant);
    }

    /// <summary>The request is authorised already; the server names the file.</summary>
    public async Task OnFilesAsync(HttpContext context, DateTimeOffset? fileExpires)
    {
        var error = TusCreation.Read(context.Request, out var creation);
        UploadId? id = null;
        if (error is null && creation.Concatenation.IsFinal)
        {
            id = UploadId.OfParts(creation.Concatenation.Parts);
            if (await AnswerAgainAsync(context, id.Value))
                return;
            (var length, error) = engine.MeasureParts(creation.Concatenation);
            creation = creation with { Length = length };
        }
        if (error is { } refused)
            await ErrorResponse.WriteAsync(context, refused);
        else
            await CreateAsync(context, creation, IssuedSlot.For(creation.FileName, id), new SlotGrant(null, creation.FileType, fileExpires), id);
    }

    /// <summary>
    /// The answer to the first request that made one of these parts may have been lost, and the parts be gone with it: then it is given again. False if
    /// there is no such upload.
    /// </summary>
    private async Task<bool> AnswerAgainAsync(HttpContext context, UploadId id)
    {
        if (engine.TryFind(id, out var upload))
            await CreatedAsync(context, upload, isWhole: true);
        else if (await ends.IsFileAsync(id))
            Created(context.Response, id);
        else
            return false;
        return true;
    }

    private async Task CreatedAsync(HttpContext context, LiveUpload upload, bool isWhole)
    {
        var progress = isWhole ? (await engine.InspectAsync(upload)).Progress : upload.Progress();
        Created(context.Response, upload.Id);
        TusHeaders.WriteExpires(context.Response, progress, settings.Limits);
    }

    private static void Created(HttpResponse response, UploadId id)
    {
        response.StatusCode = StatusCodes.Status201Created;
        Locate(response, id);
    }

    private static void Locate(HttpResponse response, UploadId id)
    {
        response.Headers.Location = $"/uploads/{id}";
        response.Headers.CacheControl = "no-store";
    }

    private async Task CreateAsync(HttpContext context, TusCreation creation, SlotPath slot, SlotGrant grant, UploadId? id = null)
    {
        if (creation.Length > settings.Limits.MaxUploadSize + UploadLimits.EncryptionOverhead)
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.TooLarge);
            return;
        }
        if (UploadChecksum.Read(context.Request, out var check) is { } malformed)
        {
            await ErrorResponse.WriteAsync(context, malformed);
            return;
        }
        using (check)
        {
            var wanted = new NewUpload(slot, creation.Length, grant.ContentType ?? DefaultContentType) { Id = id, FileExpires = grant.FileExpires, Properties = creation.Properties };
            var upload = await engine.OpenSlotAsync(wanted);
            // An empty file is whole already, and one that is made of others may be.
            if (creation.HasContent)
                await ReceiveAsync(context, upload, wanted.ContentType, check);
            else
                await CreatedAsync(context, upload, isWhole: creation.Length == 0 || creation.Concatenation.IsFinal);
        }
    }

    private async Task ReceiveAsync(HttpContext context, LiveUpload upload, string contentType, BodyCheck? check)
    {
        var request = context.Request;
        Locate(context.Response, upload.Id); // whatever becomes of the body
        // The body begins at byte 0, whatever is held: what is equal is skipped, and another file replaces this one. Without a
        // known length, or with a checksum to wait for, it can only be the first.
        var claim = upload.Progress().Length is { } length && check is null ? WriteClaim.Whole(length) : WriteClaim.Append(0, request.ContentLength);
        var outcome = request.ContentLength > upload.Progress().Length
            ? new ReceiveOutcome(UploadErrorCode.BodyTooLong, null, upload.Progress())
            : await engine.ReceiveAsync(upload, claim, request.BodyReader, ClientNetworkHeader.Read(request), new FileClaim(contentType), check);
        var isBehind = outcome.Error == UploadErrorCode.OffsetMismatch; // not taken, and the true offset says so
        if (!isBehind && await TusEndpoint.IsRefusedAsync(context, outcome))
            return;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers[TusHeaders.Offset] = TusHeaders.Number(outcome.File?.Length ?? outcome.Progress.Offset);
        TusHeaders.WriteExpires(response, outcome.Progress, settings.Limits);
        if (isBehind && UnreadBody.Announce(context))
            await UnreadBody.EndAsync(context);
    }
}
