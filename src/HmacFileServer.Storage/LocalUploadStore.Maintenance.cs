using HmacFileServer.Core.Storage;
using HmacFileServer.Storage.FileSystem;
using HmacFileServer.Storage.FileSystem.Files;

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

    /// <summary>
    /// Looks for whatever does not fit together, and changes nothing. What users do meanwhile may show as a finding: for a clean
    /// answer nothing else uses the store.
    /// </summary>
    /// <param name="readContents">Whether every file's digest is computed again: reads all of the disk.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<StorageVerification> VerifyAsync(bool readContents, CancellationToken cancellation) =>
        await Task.Run(() => new Verifier(_files, _staging, readContents).Run(cancellation), cancellation);

    /// <summary>
    /// Removes those of the findings that only take space: shared bytes and descriptions that no file uses. Each is looked at again
    /// first; nothing else may use the store meanwhile. Returns how many went.
    /// </summary>
    /// <param name="problems">Findings of <see cref="VerifyAsync"/>; those of other kinds are passed over.</param>
    /// <param name="cancellation">Ends it between two of them.</param>
    public async ValueTask<long> RemoveUnusedAsync(IReadOnlyList<StorageProblem> problems, CancellationToken cancellation) =>
        await Task.Run(() => RemoveUnused(problems, cancellation), cancellation);

    private long RemoveUnused(IReadOnlyList<StorageProblem> problems, CancellationToken cancellation)
    {
        var described = new Lazy<HashSet<string>>(() => [.. _files.Tree.All().Select(FileDescriptions.NameOf)]);
        var count = 0L;
        foreach (var problem in problems)
        {
            cancellation.ThrowIfCancellationRequested();
            var isRemoved = problem.Kind switch
            {
                StorageProblemKind.BlobUnused => _files.ReleaseBlob(problem.Name),
                StorageProblemKind.DescriptionUnused => !described.Value.Contains(problem.Name) && _files.Descriptions.Remove(problem.Name),
                _ => false,
            };
            count += isRemoved ? 1 : 0;
        }
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
