using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Slots;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Tus;

/// <summary>POST that creates a tus upload: on a signed slot URL, or on `/files/`.</summary>
internal sealed class TusCreationEndpoint(UploadEngine engine, SlotAuthorizer authorizer, ServerSettings settings)
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
        if (error is null && creation.Concatenation.IsFinal)
        {
            (var length, error) = engine.MeasureParts(creation.Concatenation);
            creation = creation with { Length = length };
        }
        if (error is { } refused)
            await ErrorResponse.WriteAsync(context, refused);
        else
            await CreateAsync(context, creation, IssuedSlot.For(creation.FileName), new SlotGrant(null, creation.FileType, fileExpires));
    }

    private async Task CreateAsync(HttpContext context, TusCreation creation, SlotPath slot, SlotGrant grant)
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
            var wanted = new NewUpload(slot, creation.Length, grant.ContentType ?? DefaultContentType) { FileExpires = grant.FileExpires, Properties = creation.Properties };
            var upload = await engine.OpenSlotAsync(wanted);
            var response = context.Response;
            response.Headers.Location = $"/uploads/{upload.Id}";
            response.Headers.CacheControl = "no-store";
            if (creation.HasContent)
            {
                await ReceiveAsync(context, upload, wanted.ContentType, check);
                return;
            }
            // An empty file is whole already, and one that is made of others may be.
            var progress = creation.Length == 0 || creation.Concatenation.IsFinal ? (await engine.InspectAsync(upload)).Progress : upload.Progress();
            response.StatusCode = StatusCodes.Status201Created;
            TusHeaders.WriteExpires(response, progress, settings.Limits);
        }
    }

    private async Task ReceiveAsync(HttpContext context, LiveUpload upload, string contentType, BodyCheck? check)
    {
        var request = context.Request;
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
