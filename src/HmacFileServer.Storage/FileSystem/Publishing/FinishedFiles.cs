using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Files;
using HmacFileServer.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.FileSystem.Publishing;

/// <summary>
/// The finished files: the tree, what is known of each, the shared bytes and the index, kept in step. The tree is the truth: what it
/// has is a file, whatever the index says.
/// </summary>
internal sealed class FinishedFiles(DataFolder folders, FileIndex index, bool isSynced, TimeProvider clock, ILogger logger)
{
    private readonly KeyedGate<SlotPath> _slots = new(); // one at a time changes a slot, or takes its file into the index

    public SlotTree Tree { get; } = new(folders.Files, isSynced);

    public ShardedFolder Blobs { get; } = new(folders.Blobs, DataFolder.SharedMode, isSynced);

    public FileDescriptions Descriptions { get; } = new(folders.Descriptions, isSynced);

    public FileIndex Index => index;

    public ValueTask<KeyedGate<SlotPath>.Pass> EnterAsync(SlotPath slot, CancellationToken cancellation) => _slots.EnterAsync(slot, cancellation);

    public bool IsExpired(StoredFile file) => file.Expires < clock.GetUtcNow();

    public async ValueTask<StoredFile?> FindAsync(SlotPath slot, CancellationToken cancellation)
    {
        var row = index.Find(slot);
        if (Agrees(row, Tree.Find(slot)))
            return row is null || IsExpired(row) ? null : row;
        using var turn = await EnterAsync(slot, cancellation);
        row = Reconcile(slot, cancellation);
        return row is null || IsExpired(row) ? null : row;
    }

    /// <summary>The file that an upload has become; null if the index knows of none, or if the file is not there any more.</summary>
    public async ValueTask<StoredFile?> FindAsync(UploadId id, CancellationToken cancellation) =>
        index.Find(id) is { } row && await FindAsync(row.Slot, cancellation) is { } file && file.Origin?.Id == id ? file : null;

    /// <summary>Deletes whatever a slot has; false if there was nothing. The caller has entered the slot.</summary>
    public bool Delete(SlotPath slot)
    {
        var known = index.Find(slot) ?? Descriptions.Find(slot);
        // The row first: if the world ends here, the file is found on the disk again and nothing was promised yet.
        index.Delete(slot);
        var existed = Tree.Delete(slot);
        Descriptions.Remove(slot);
        if (known is not null)
            ReleaseBlob(known.Sha256);
        return existed;
    }

    /// <summary>Removes a blob that no slot uses any more; false if one does, or if there is none.</summary>
    public bool ReleaseBlob(string sha256) =>
        // If a publication links it in between, its file lives on by its own name: only the next equal file will not share it.
        Blobs.Find(sha256) is { IsFile: true, Links: 1 } && Blobs.Remove(sha256);

    /// <summary>Makes the index agree with the disk about one slot. The caller has entered it.</summary>
    public StoredFile? Reconcile(SlotPath slot, CancellationToken cancellation)
    {
        var row = index.Find(slot);
        var status = Tree.Find(slot);
        if (Agrees(row, status))
            return row;
        if (status is not { } found)
        {
            index.Delete(slot);
            Descriptions.Remove(slot);
            Log.FileMissing(logger, slot.Value);
            return null;
        }
        var file = Describe(slot, found, cancellation);
        if (file is null)
            return null;
        index.Put(file);
        Log.FileAdopted(logger, slot.Value);
        return file;
    }

    /// <summary>What is known of a file on the disk; its bytes are read if nobody wrote it down. Null if it vanished meanwhile.</summary>
    public StoredFile? Describe(SlotPath slot, FileStatus status, CancellationToken cancellation)
    {
        if (Descriptions.Find(slot) is { } described && described.Length == status.Length)
            return described;
        using var content = Tree.TryOpen(slot);
        return content is null
            ? null
            : new StoredFile(slot, status.Length, FileContentReader.Digest(content, cancellation), "application/octet-stream", status.Modified, null);
    }

    private static bool Agrees(StoredFile? row, FileStatus? status) => row?.Length == status?.Length;
}
