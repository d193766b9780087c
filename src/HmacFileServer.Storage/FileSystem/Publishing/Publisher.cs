using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Staging;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.FileSystem.Publishing;

/// <summary>Makes a file of an upload, in the steps of <see cref="PublishStep"/>; the link in the served tree is the one that decides.</summary>
internal sealed class Publisher(DataFolder folders, StagingArea area, FinishedFiles files, LocalStoreOptions options, ILogger logger)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private bool IsSynced => options.Durability == Durability.Power;

    public async ValueTask<StoredFile> PublishAsync(StagedFile upload, StoredFile file, CancellationToken cancellation)
    {
        if (file.Sha256.Length != 64 || file.Sha256.AsSpan().ContainsAnyExcept(HexDigits))
            throw new ArgumentException("A digest is 64 lower-case hex digits.", nameof(file));
        using var turn = await files.EnterAsync(file.Slot, cancellation);
        if (!upload.TryBeginEnd())
            throw new UploadException(UploadErrorCode.Gone);
        var published = false;
        try
        {
            file = file with { Origin = UploadOrigin.Of(upload.Record) };
            Check(upload, file, cancellation);
            upload.TrimTo(file.Length);
            Step(PublishStep.WriteIntent);
            WriteIntent(upload.Record.Id, file);
            try
            {
                published = Link(upload.Record.Id, file);
            }
            finally
            {
                if (!published)
                    folders.Staging.Unlink(StagingNames.Intent(upload.Record.Id));
            }
            if (!published)
                throw new UploadException(UploadErrorCode.AlreadyComplete);
            Finish(upload.Record.Id, file);
            return file;
        }
        finally
        {
            area.Ended(upload, published);
        }
    }

    /// <summary>
    /// Everything after the link. The file is there: whatever fails now is noted and made good by the next start, or by the next
    /// look at the slot, and is no failure of the publication.
    /// </summary>
    public void Finish(UploadId id, StoredFile file)
    {
        Tolerate(PublishStep.IndexFile, () => files.Index.Put(file));
        Tolerate(PublishStep.RemoveJournal, () => folders.Staging.Unlink(StagingNames.Journal(id)));
        Tolerate(PublishStep.RemoveData, () =>
        {
            area.Unlink(id);
        });
        Tolerate(PublishStep.KeepDescription, () =>
        {
            files.Descriptions.TakeFrom(folders.Staging, StagingNames.Intent(id), file.Slot);
            if (IsSynced)
                folders.Staging.Sync();
        });
    }

    private void Check(StagedFile upload, StoredFile file, CancellationToken cancellation)
    {
        var seen = upload.Snapshot();
        if ((seen.Record.Length ?? file.Length) != file.Length || !seen.Received.Contains(new ByteRange(0, file.Length)))
            throw new UploadException(UploadErrorCode.LengthMismatch);
        if (files.Reconcile(file.Slot, cancellation) is not { } held)
            return;
        if (!files.IsExpired(held))
            throw new UploadException(UploadErrorCode.AlreadyComplete);
        files.Delete(file.Slot);
    }

    private void WriteIntent(UploadId id, StoredFile file)
    {
        var name = StagingNames.Intent(id);
        folders.Staging.Unlink(name);
        using (var intent = folders.Staging.CreateFile(name, DataFolder.FileMode))
        {
            RandomAccess.Write(intent, FileDescription.Write(file), 0);
            if (IsSynced)
                FileContent.SyncData(intent);
        }
        if (IsSynced)
            folders.Staging.Sync();
    }

    /// <summary>False if the slot has a file.</summary>
    private bool Link(UploadId id, StoredFile file)
    {
        var data = StagingNames.Data(id);
        var isNewBlob = false;
        Step(PublishStep.LinkBlob);
        if (options.Deduplication)
            isNewBlob = files.Blobs.TryLinkFrom(folders.Staging, data, file.Sha256);
        var linked = false;
        try
        {
            Step(PublishStep.LinkFile);
            linked = options.Deduplication && !isNewBlob && TryLinkBlob(file) is { } shared
                ? shared
                : files.Tree.TryLink(folders.Staging, data, file.Slot);
        }
        catch (FileCallException error) when (error.Error is FileError.NotFolder or FileError.SymbolicLink)
        {
            throw new UploadException(UploadErrorCode.AlreadyComplete, "A file is stored where this path needs a folder.", error);
        }
        finally
        {
            if (!linked && isNewBlob)
                files.Blobs.Remove(file.Sha256);
        }
        return linked;
    }

    /// <summary>Links the bytes that are held already; null if they cannot be: gone meanwhile, damaged, or with as many names as there may be.</summary>
    private bool? TryLinkBlob(StoredFile file)
    {
        using var shard = files.Blobs.TryOpenShard(file.Sha256);
        if (shard?.Find(file.Sha256) is not { IsFile: true } blob || blob.Length != file.Length)
            return null;
        try
        {
            return files.Tree.TryLink(shard, file.Sha256, file.Slot);
        }
        catch (FileCallException error) when (error.Error is FileError.TooManyLinks or FileError.NotFound)
        {
            return null;
        }
    }

    private void Tolerate(PublishStep step, Action action)
    {
        Step(step);
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UploadException)
        {
            Log.Failed(logger, error);
        }
    }

    private void Step(PublishStep step) => options.BeforeStep?.Invoke(step);
}
