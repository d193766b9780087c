using HmacFileServer.Core.Storage;

namespace HmacFileServer.Storage;

/// <content>For `fsck`.</content>
public sealed partial class LocalUploadStore
{
    /// <summary>Makes the index again from the files on the disk. Returns how many there are. Nothing else may use the store meanwhile.</summary>
    public async ValueTask<long> RebuildIndexAsync(CancellationToken cancellation)
    {
        var count = await Task.Run(() => _index.ReplaceAll(FilesOnDisk(cancellation)), cancellation);
        if (count > 0)
            Log.IndexRebuilt(_logger, count);
        return count;
    }

    private IEnumerable<StoredFile> FilesOnDisk(CancellationToken cancellation)
    {
        foreach (var slot in _files.Tree.All())
        {
            cancellation.ThrowIfCancellationRequested();
            if (_files.Tree.Find(slot) is { } status && _files.Describe(slot, status, cancellation) is { } file)
                yield return file;
        }
    }
}
