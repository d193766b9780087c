using System.Runtime.CompilerServices;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Storage.FileSystem;
using HmacFileServer.Storage.FileSystem.Files;
using HmacFileServer.Storage.FileSystem.Publishing;
using HmacFileServer.Storage.FileSystem.Staging;
using HmacFileServer.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HmacFileServer.Storage;

/// <summary>
/// Uploads and files on one file system of this machine, with an index in SQLite. The layout and what survives what are in
/// docs/journal.md. One process at a time has a data folder.
/// </summary>
public sealed partial class LocalUploadStore : IUploadStore
{
    private const string IndexName = "index.db";

    private readonly DataFolder _folders;
    private readonly FileIndex _index;
    private readonly StagingArea _staging;
    private readonly FinishedFiles _files;
    private readonly Publisher _publisher;
    private readonly ILogger _logger;

    private LocalUploadStore(LocalStoreOptions options, DataFolder folders, FileIndex index, TimeProvider clock, ILogger logger)
    {
        (_folders, _index, _logger) = (folders, index, logger);
        var space = new DiskSpace(folders.Files.Path, options.MinFreeBytes);
        _staging = new StagingArea(
            new StagingContext(folders.Staging, options.Durability, options.Preallocation, space, new HandleCache(options.MostIdleOpenUploads), clock, logger),
            folders);
        _files = new FinishedFiles(folders, index, options.Durability == Durability.Power, clock, logger);
        _publisher = new Publisher(folders, _staging, _files, options, logger);
        new Recovery(folders, _files, _publisher, space, logger).Run();
    }

    /// <summary>
    /// Opens, or makes, a store; repairs what the last process left half done. IOException, with what to do about it, when the
    /// folder cannot serve: another server has it, or it spans file systems.
    /// </summary>
    public static async ValueTask<LocalUploadStore> OpenAsync(LocalStoreOptions options, TimeProvider clock, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.DataPath, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinFreeBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostIdleOpenUploads, 1, nameof(options));
        logger ??= NullLogger.Instance;
        var folders = DataFolder.Open(options.DataPath);
        FileIndex? index = null;
        try
        {
            var isNew = folders.State.Find(IndexName) is null;
            index = OpenIndex(folders, options.Durability, clock, logger, ref isNew);
            var store = new LocalUploadStore(options, folders, index, clock, logger);
            if (isNew || index.IsOutdated)
                await store.RebuildIndexAsync(default);
            return store;
        }
        catch
        {
            index?.Dispose();
            folders.Dispose();
            throw;
        }
    }

    public async ValueTask<IStagedUpload> CreateAsync(UploadRecord record, CancellationToken cancellation) =>
        await Translated(_staging.CreateAsync(record, cancellation));

    public IAsyncEnumerable<StoredUpload> ListUploadsAsync(CancellationToken cancellation) => _staging.ListAsync(cancellation);

    public async ValueTask<IStagedUpload?> OpenAsync(UploadId id, CancellationToken cancellation) =>
        await Translated(_staging.OpenAsync(id, cancellation));

    public async ValueTask RemoveAsync(UploadId id, CancellationToken cancellation)
    {
        try
        {
            await _staging.RemoveAsync(id, cancellation);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    public ValueTask<StoredFile> PublishAsync(IStagedUpload upload, StoredFile file, CancellationToken cancellation) =>
        upload is StagedUpload staged && staged.Area == _staging
            ? Translated(_publisher.PublishAsync(staged.File, file, cancellation))
            : throw new ArgumentException("The upload is not one of this store.", nameof(upload));

    public ValueTask<StoredFile?> FindFileAsync(SlotPath slot, CancellationToken cancellation) => Translated(_files.FindAsync(slot, cancellation));

    public ValueTask<StoredFile?> FindFinishedAsync(UploadId id, CancellationToken cancellation) => Translated(_files.FindAsync(id, cancellation));

    public ValueTask<IStoredContent?> OpenFileAsync(StoredFile file, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            var content = _files.Tree.TryOpen(file.Slot);
            if (content is null || RandomAccess.GetLength(content) == file.Length)
                return ValueTask.FromResult<IStoredContent?>(content is null ? null : new FileContentReader(content, file.Length, _files.Tree.PathOf(file.Slot)));
            content.Dispose();
            return ValueTask.FromResult<IStoredContent?>(null);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    public async ValueTask<bool> DeleteFileAsync(SlotPath slot, CancellationToken cancellation)
    {
        using var turn = await _files.EnterAsync(slot, cancellation);
        try
        {
            return _files.Delete(slot);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    public async IAsyncEnumerable<StoredFile> ListExpiredAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<StoredFile> page = _index.Expired(now, null);
        while (page.Count > 0)
        {
            foreach (var file in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return file;
            }
            page = _index.Expired(now, page[^1]);
        }
        await ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _staging.Dispose();
        _index.Dispose();
        _folders.Dispose();
        return ValueTask.CompletedTask;
    }

    private static FileIndex OpenIndex(DataFolder folders, Durability durability, TimeProvider clock, ILogger logger, ref bool isNew)
    {
        var path = Path.Combine(folders.State.Path, IndexName);
        try
        {
            return FileIndex.Open(path, durability);
        }
        catch (SqliteException error) when (FileIndex.IsDamage(error))
        {
            var aside = $"{IndexName}.damaged-{clock.GetUtcNow():yyyyMMddHHmmss}";
            folders.State.Rename(IndexName, folders.State, aside);
            folders.State.Unlink(IndexName + "-wal");
            folders.State.Unlink(IndexName + "-shm");
            Log.IndexSetAside(logger, aside);
            isNew = true;
            return FileIndex.Open(path, durability);
        }
    }

    private async ValueTask<T> Translated<T>(ValueTask<T> action)
    {
        try
        {
            return await action;
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    private UploadException Translate(IOException error)
    {
        if (!StorageErrors.IsFull(error)) // whoever answers 507 says so; it may be every request
            Log.Failed(_logger, error);
        return StorageErrors.Translate(error);
    }
}
