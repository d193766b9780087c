using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Uploads;

/// <summary>The end of an upload, as protocols that know it by its id have it in common.</summary>
internal sealed class UploadEnd(UploadEngine engine, IUploadStore store)
{
    /// <summary>Cancels an upload and says so (204). False, and no answer, if it was finished or ended before.</summary>
    public async Task<bool> CancelAsync(HttpContext context, LiveUpload upload)
    {
        if (!await engine.TerminateAsync(upload))
            return false;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    /// <summary>True if this upload has become a file, and it is there.</summary>
    public async Task<bool> IsFileAsync(UploadId id) =>
        await engine.FindFinishedAsync(id) is { } finished && await store.FindFileAsync(finished.Slot, CancellationToken.None) is not null;

    /// <summary>
    /// The file that an upload has become, and the upload. Null after an answer: 404 if there never was one, if it was cancelled, or is
    /// forgotten; 410 if its file is gone.
    /// </summary>
    public async Task<(FinishedUpload Upload, StoredFile File)?> FindFileAsync(HttpContext context, UploadId id)
    {
        if (await engine.FindFinishedAsync(id) is not { } finished)
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.NotFound);
            return null;
        }
        if (await store.FindFileAsync(finished.Slot, context.RequestAborted) is { } file)
            return (finished, file);
        await ErrorResponse.WriteAsync(context, UploadErrorCode.Gone);
        return null;
    }
}
