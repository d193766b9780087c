using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Storage.FileSystem.Files;
using HmacFileServer.Storage.FileSystem.Staging;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.FileSystem.Publishing;

/// <summary>
/// Puts the staging folder in order at the start: publications that were cut off are completed if their link was made and taken
/// back if not; what belongs to no upload goes; promises of space are counted again.
/// </summary>
internal sealed class Recovery(DataFolder folders, FinishedFiles files, Publisher publisher, DiskSpace space, ILogger logger)
{
    public void Run()
    {
        foreach (var name in Names())
        {
            if (name.EndsWith(StagingNames.Replacement, StringComparison.Ordinal))
                RemoveLeftover(name);
            else if (StagingNames.TryParse(name, StagingNames.IntentEnding, out var id))
                Settle(id, name);
        }
        foreach (var name in Names())
        {
            if (!StagingNames.TryParse(name, StagingNames.DataEnding, out var id) || folders.Staging.Find(name) is not { } data)
                continue;
            if (folders.Staging.Find(StagingNames.Journal(id)) is null)
                RemoveLeftover(name);
            else
                space.Promise(id, data.Length - data.Allocated);
        }
    }

    private void Settle(UploadId id, string name)
    {
        var intent = ReadIntent(name);
        if (intent is not null && TookEffect(id, intent))
        {
            publisher.Finish(id, intent);
            Log.PublicationCompleted(logger, intent.Slot.Value);
            return;
        }
        folders.Staging.Unlink(name);
        if (intent is null)
            return;
        if (files.Blobs.Find(intent.Sha256) is { Links: 2 } blob && folders.Staging.Find(StagingNames.Data(id)) is { } data && blob.IsSameAs(data))
            files.Blobs.Remove(intent.Sha256);
        Log.PublicationTakenBack(logger, intent.Slot.Value);
    }

    private bool TookEffect(UploadId id, StoredFile intent)
    {
        if (files.Tree.Find(intent.Slot) is not { } file || file.Length != intent.Length)
            return false;
        if (folders.Staging.Find(StagingNames.Data(id)) is not { } data)
            return true; // it goes only after the link
        return file.IsSameAs(data) || files.Blobs.Find(intent.Sha256) is { } blob && file.IsSameAs(blob);
    }

    private StoredFile? ReadIntent(string name)
    {
        using var file = folders.Staging.TryOpenFile(name, write: false);
        return file is null ? null : FileDescription.Read(FileDescriptions.ReadAll(file));
    }

    private void RemoveLeftover(string name)
    {
        folders.Staging.Unlink(name);
        // An upload's id is its capability: its first digits, and what kind of leftover it was.
        Log.LeftoverRemoved(logger, name.Length > 8 ? name[..8] + "..." + Path.GetExtension(name) : name);
    }

    private List<string> Names() => [.. Directory.EnumerateFiles(folders.Staging.Path).Select(p => Path.GetFileName(p))];
}
