using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>The part of the engine that ends uploads: as a file, or removed.</summary>
internal sealed partial class UploadEngine
{
    /// <summary>
    /// Two may have brought a whole file: the one that does not finish is told of the conflict, whether the other has a file by now or is still at
    /// replacing what this one had brought. A body may also be meant to be less than the file, and a part is whole and becomes no file.
    /// </summary>
    private async Task<ReceiveOutcome> CompleteWholeAsync(LiveUpload upload, WriterLease lease, bool finishes)
    {
        if (finishes)
            return await CompleteAsync(upload, null, begun: true);
        if (upload.Concatenation.IsPartial || lease.Writer.Position < upload.Progress().Length)
            return new ReceiveOutcome(null, null, upload.Progress());
        await upload.SettledAsync();
        var progress = upload.Progress();
        return new ReceiveOutcome(progress.State == UploadState.Complete ? UploadErrorCode.AlreadyComplete : UploadErrorCode.TakenOver, null, progress);
    }

    private async Task<ReceiveOutcome> CompleteAsync(LiveUpload upload, UploadErrorCode? error, bool begun = false)
    {
        (StoredFile File, uint? Crc32C)? finished = null;
        try
        {
            finished = begun || upload.TryBeginFinish() ? await FinishAsync(upload) : null;
        }
        catch (UploadException ex)
        {
            error = ex.Error.Code;
            UploadLog.StoreFailed(logger, upload.Id.ForLog, error.Value, ex);
        }
        return new ReceiveOutcome(finished is null ? error : null, finished?.File, upload.Progress()) { Crc32C = finished?.Crc32C };
    }

    private async Task<(StoredFile File, uint? Crc32C)> FinishAsync(LiveUpload upload)
    {
        var result = UploadState.Receiving; // a store that failed may do better the next time
        try
        {
            var length = upload.Record.Length ?? upload.Progress().Length!.Value;
            var staged = await upload.OpenAsync(store);
            // Another request may still hash its last batch, or read back beside the writers.
            while (!await upload.Digest.CatchUpAsync(staged, length, CancellationToken.None))
                await upload.Digest.FreedAsync();
            var now = clock.GetUtcNow();
            var expires = Earlier(upload.Record.FileExpires, limits.FileTtl is { } ttl ? now + ttl : null);
            var slot = upload.Record.Slot ?? throw new InvalidOperationException("An upload without a slot cannot be published.");
            var (sha256, crc) = upload.Digest.Finish();
            if (!await FileDigests.MatchAsync(upload.Expected, sha256, staged, length))
                throw new UploadException(UploadErrorCode.DigestMismatch);
            var file = new StoredFile(slot, length, sha256, upload.ContentType, now, expires);
            file = await store.PublishAsync(staged, file, CancellationToken.None);
            result = UploadState.Complete;
            UploadLog.Finished(logger, upload.Id.ForLog, length, upload.Progress().DuplicateBytes);
            metrics.Finished((now - upload.Record.Created).TotalSeconds, upload.Paths().Select(p => p.Type));
            metrics.Duplicates(upload.Progress().DuplicateBytes);
            return (file, crc);
        }
        catch (UploadException ex) when (ex.Error.Code is UploadErrorCode.AlreadyComplete or UploadErrorCode.DigestMismatch)
        {
            result = UploadState.Ended;
            await store.RemoveAsync(upload.Id, CancellationToken.None);
            throw;
        }
        finally
        {
            if (result != UploadState.Receiving)
                await ForgetAsync(upload, result == UploadState.Complete);
            upload.EndFinish(result);
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private async Task RemoveAsync(LiveUpload upload)
    {
        await ForgetAsync(upload, finished: false);
        await store.RemoveAsync(upload.Id, CancellationToken.None);
    }

    private async Task ForgetAsync(LiveUpload upload, bool finished)
    {
        lock (_gate)
        {
            _byId.Remove(upload.Id);
            if (upload.Record.Slot is { } slot)
            {
                _bySlot.Remove(slot);
                if (finished)
                    _finished.Add(upload.Record, slot);
            }
        }
        await upload.DisposeAsync();
    }
}
