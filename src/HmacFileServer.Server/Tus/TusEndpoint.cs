using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Tus;

/// <summary>`/uploads/{id}` as tus 1.0.0 has it: HEAD, PATCH and DELETE.</summary>
internal sealed class TusEndpoint(UploadEngine engine, UploadEnd ends, ServerSettings settings)
{
    private const string Allowed = "OPTIONS, HEAD, PATCH, DELETE";
    private const int ChecksumMismatchStatus = 460; // tus names it so; HTTP has no such status

    public Task HandleAsync(HttpContext context, UploadId id)
    {
        if (!engine.TryFind(id, out var upload))
            return FinishedAsync(context, id);
        return context.Request.Method switch
        {
            "HEAD" => HeadAsync(context, upload),
            "PATCH" => PatchAsync(context, upload),
            "DELETE" => DeleteAsync(context, upload),
            _ => ErrorResponse.MethodNotAllowedAsync(context, Allowed),
        };
    }

    /// <summary>Answers a request that brought bytes to a creation or an append with what the table has for its error. False if there is none.</summary>
    public static async Task<bool> IsRefusedAsync(HttpContext context, ReceiveOutcome outcome)
    {
        if (outcome.Error is not { } error)
            return false;
        if (await BodyEndpoint.IsEndedAsync(context, error, WriterKind.Append))
            return true;
        context.Response.Headers[TusHeaders.Offset] = TusHeaders.Number(outcome.Progress.Offset);
        await ErrorResponse.WriteAsync(context, error, error == UploadErrorCode.ChecksumMismatch ? ChecksumMismatchStatus : null);
        return true;
    }

    private async Task HeadAsync(HttpContext context, LiveUpload upload)
    {
        var outcome = await engine.InspectAsync(upload);
        if (outcome.Progress.State == UploadState.Complete)
        {
            await FinishedAsync(context, upload.Id);
            return;
        }
        var progress = outcome.Progress;
        if (progress.State == UploadState.Ended)
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.Gone);
            return;
        }
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        WriteProperties(context.Response, upload.Record.Properties);
        if (progress.Length is { } length)
            headers[TusHeaders.Length] = TusHeaders.Number(length);
        else if (!upload.Concatenation.IsFinal)
            headers[TusHeaders.DeferLength] = "1";
        if (!upload.Concatenation.IsFinal) // until it is put together it has no offset
            headers[TusHeaders.Offset] = TusHeaders.Number(progress.Offset);
        TusHeaders.WriteExpires(context.Response, progress, settings.Limits);
    }

    private async Task PatchAsync(HttpContext context, LiveUpload upload)
    {
        var request = context.Request;
        if (!TusHeaders.IsContentTypeRight(request))
        {
            context.Response.Headers["Accept-Patch"] = TusHeaders.ContentType;
            await ErrorResponse.WriteAsync(context, UploadErrorCode.ContentTypeUnsupported);
            return;
        }
        if (!TusHeaders.TryNumber(request, TusHeaders.Offset, out var offset))
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.MalformedHeader);
            return;
        }
        var error = UploadChecksum.Read(request, out var check) ?? await SetLengthAsync(request, upload);
        if (error is { } refused)
        {
            check?.Dispose();
            await ErrorResponse.WriteAsync(context, refused);
            return;
        }
        using (check)
        {
            var outcome = await engine.ReceiveAsync(
                upload, WriteClaim.Append(offset, request.ContentLength), request.BodyReader, ClientNetworkHeader.Read(request), new FileClaim(upload.ContentType), check);
            if (await IsRefusedAsync(context, outcome))
                return;
            var response = context.Response;
            response.StatusCode = StatusCodes.Status204NoContent;
            response.Headers[TusHeaders.Offset] = TusHeaders.Number(outcome.File?.Length ?? outcome.Progress.Offset);
            TusHeaders.WriteExpires(response, outcome.Progress, settings.Limits);
            if (outcome.File is { } file)
                response.Headers.ContentLocation = settings.BasePath + SlotUrl.EncodePath(file.Slot);
        }
    }

    /// <summary>A deferred length may come with any PATCH.</summary>
    private async Task<UploadErrorCode?> SetLengthAsync(HttpRequest request, LiveUpload upload)
    {
        if (!request.Headers.ContainsKey(TusHeaders.Length))
            return null;
        if (upload.Concatenation.IsFinal)
            return UploadErrorCode.Concatenated;
        return TusHeaders.TryNumber(request, TusHeaders.Length, out var length) ? await engine.SetLengthAsync(upload, length) : UploadErrorCode.MalformedHeader;
    }

    private async Task DeleteAsync(HttpContext context, LiveUpload upload)
    {
        if (!await ends.CancelAsync(context, upload))
            await FinishedAsync(context, upload.Id);
    }

    /// <summary>The upload has become a file, lately; or there never was one, or it was cancelled.</summary>
    private async Task FinishedAsync(HttpContext context, UploadId id)
    {
        if (await ends.FindFileAsync(context, id) is not { Upload: var finished, File: var file })
            return;
        var headers = context.Response.Headers;
        WriteProperties(context.Response, finished.Properties);
        headers[TusHeaders.Offset] = headers[TusHeaders.Length] = TusHeaders.Number(file.Length);
        headers.ContentLocation = settings.BasePath + SlotUrl.EncodePath(file.Slot);
        headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (HttpMethods.IsPatch(context.Request.Method) && finished.Properties.GetValueOrDefault(Concatenation.Property)?.StartsWith("final", StringComparison.Ordinal) == true)
            await ErrorResponse.WriteAsync(context, UploadErrorCode.Concatenated);
        else
            await ErrorResponse.WriteAsync(context, UploadErrorCode.AlreadyComplete);
    }

    private static void WriteProperties(HttpResponse response, IReadOnlyDictionary<string, string> properties)
    {
        foreach (var name in (ReadOnlySpan<string>)[TusHeaders.Metadata, Concatenation.Property])
        {
            if (properties.TryGetValue(name, out var value))
                response.Headers[name] = value;
        }
    }
}
