using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Files;
using HmacFileServer.Storage.FileSystem.Publishing;
using HmacFileServer.Storage.FileSystem.Staging;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem;

/// <summary>Compares everything that is kept twice, and changes nothing. One use.</summary>
internal sealed class Verifier(FinishedFiles files, StagingArea staging, bool readContents)
{
    private readonly List<StorageProblem> _problems = [];
    private readonly Dictionary<(ulong Device, ulong Inode), string> _digests = []; // bytes that many names share are read once
    private long _bytesRead;

    public StorageVerification Run(CancellationToken cancellation)
    {
        var descriptions = new HashSet<string>(StringComparer.Ordinal);
        var count = 0L;
        foreach (var slot in files.Tree.All())
        {
            cancellation.ThrowIfCancellationRequested();
            if (files.Tree.Find(slot) is not { } status)
                continue;
            count++;
            descriptions.Add(FileDescriptions.NameOf(slot));
            CheckFile(slot, status, cancellation);
        }
        foreach (var row in files.Index.All().Where(r => files.Tree.Find(r.Slot) is null))
            Add(StorageProblemKind.FileMissing, row.Slot.Value);
        foreach (var name in files.Descriptions.Names().Where(n => !descriptions.Contains(n)))
            Add(StorageProblemKind.DescriptionUnused, name);
        return new StorageVerification(count, CheckBlobs(cancellation), CheckUploads(cancellation), _bytesRead, _problems);
    }

    private void CheckFile(SlotPath slot, FileStatus status, CancellationToken cancellation)
    {
        var row = files.Index.Find(slot);
        var description = files.Descriptions.Find(slot);
        if (description is null)
            Add(StorageProblemKind.DescriptionMissing, slot.Value);
        if (row is null)
            Add(StorageProblemKind.NotIndexed, slot.Value);
        else if (row.Length != status.Length || (description ?? row) != row)
            Add(StorageProblemKind.IndexDiffers, slot.Value, $"{row.Length} bytes in the index, {status.Length} on the disk");
        var expected = (description ?? row)?.Sha256;
        if (readContents && expected is not null && Digest(files.Tree.TryOpen(slot), status, cancellation) is { } digest && digest != expected)
            Add(StorageProblemKind.DigestMismatch, slot.Value, $"{digest}, not {expected}");
    }

    private long CheckBlobs(CancellationToken cancellation)
    {
        var count = 0L;
        foreach (var name in files.Blobs.All())
        {
            cancellation.ThrowIfCancellationRequested();
            if (files.Blobs.Find(name) is not { } blob)
                continue;
            count++;
            if (blob.Links == 1)
                Add(StorageProblemKind.BlobUnused, name, $"{blob.Allocated} bytes");
            if (readContents && Digest(files.Blobs.TryOpen(name), blob, cancellation) is { } digest && digest != name)
                Add(StorageProblemKind.DigestMismatch, name, $"{digest}: delete this name, so that no new file shares these bytes");
        }
        return count;
    }

    private long CheckUploads(CancellationToken cancellation)
    {
        var count = 0L;
        foreach (var id in staging.Ids())
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
            if (staging.FindDamage(id) is { } reason)
                Add(StorageProblemKind.UploadDamaged, id.ForLog, reason);
        }
        return count;
    }

    private string? Digest(SafeFileHandle? opened, FileStatus status, CancellationToken cancellation)
    {
        using var content = opened;
        if (content is null)
            return null;
        if (_digests.TryGetValue((status.Device, status.Inode), out var known))
            return known;
        _bytesRead += status.Length;
        return _digests[(status.Device, status.Inode)] = FileContentReader.Digest(content, cancellation);
    }

    private void Add(StorageProblemKind kind, string name, string detail = "") => _problems.Add(new StorageProblem(kind, name, detail));
}
