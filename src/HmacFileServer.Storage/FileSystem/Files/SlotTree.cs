using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Files;

/// <summary>The served tree: finished files under the very names of their slots. Folders are entered one by one, never through a link.</summary>
/// <param name="root">The folder of the tree.</param>
/// <param name="isSynced">Whether names must survive the loss of power when a call returns.</param>
internal sealed class SlotTree(Folder root, bool isSynced)
{
    /// <summary>What is at a slot; null if nothing is, or if the way there is no way of ours.</summary>
    public FileStatus? Find(SlotPath slot)
    {
        using var parent = OpenParent(slot);
        return parent.Folder?.Find(slot.FileName) is { IsFile: true } status ? status : null;
    }

    /// <summary>Null if there is no file.</summary>
    public SafeFileHandle? TryOpen(SlotPath slot)
    {
        using var parent = OpenParent(slot);
        return parent.Folder?.Find(slot.FileName) is { IsFile: true } ? parent.Folder.TryOpenFile(slot.FileName, write: false) : null;
    }

    /// <summary>Gives a file a name here; false if something has it. NotFolder if a file lies where the slot needs a folder.</summary>
    public bool TryLink(Folder source, string name, SlotPath slot)
    {
        while (true)
        {
            using var parent = MakeParent(slot);
            try
            {
                source.Link(name, parent.Folder!, slot.FileName);
            }
            catch (FileCallException error) when (error.Error == FileError.Exists)
            {
                return false;
            }
            catch (FileCallException error) when (error.Error == FileError.NotFound && source.Find(name) is not null)
            {
                continue; // a deletion in a neighbouring slot took the empty folder away in between
            }
            if (isSynced)
                parent.Folder!.Sync();
            return true;
        }
    }

    /// <summary>Takes a file away, and the folders that it leaves empty; false if there was none.</summary>
    public bool Delete(SlotPath slot)
    {
        using (var parent = OpenParent(slot))
        {
            if (parent.Folder?.Find(slot.FileName) is not { IsFile: true } || !parent.Folder.Unlink(slot.FileName))
                return false;
            if (isSynced)
                parent.Folder.Sync();
        }
        for (var depth = slot.Segments.Count - 1; depth > 0; depth--)
        {
            using var above = OpenFolder(slot, depth - 1);
            try
            {
                above.Folder?.RemoveFolder(slot.Segments[depth - 1]);
            }
            catch (FileCallException error) when (error.Error is FileError.NotEmpty or FileError.Exists)
            {
                break;
            }
        }
        return true;
    }

    /// <summary>Every file's slot, in no order. Names that no slot can have are left out.</summary>
    public IEnumerable<SlotPath> All()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var path in Directory.EnumerateFiles(root.Path, "*", options))
        {
            if (SlotPath.FromDecodedSegments(Path.GetRelativePath(root.Path, path).Split('/')) is { } slot)
                yield return slot;
        }
    }

    /// <summary>Where a slot's file is, as a path.</summary>
    public string PathOf(SlotPath slot) => Path.Combine([root.Path, .. slot.Segments]);

    private Step OpenParent(SlotPath slot) => OpenFolder(slot, slot.Segments.Count - 1);

    private Step OpenFolder(SlotPath slot, int depth)
    {
        var step = new Step(root, isOwned: false);
        for (var i = 0; i < depth && step.Folder is not null; i++)
        {
            using var before = step;
            try
            {
                step = new Step(before.Folder!.TryOpenFolder(slot.Segments[i]), isOwned: true);
            }
            catch (FileCallException error) when (error.Error is FileError.NotFolder or FileError.SymbolicLink or FileError.NameTooLong)
            {
                step = default;
            }
        }
        return step;
    }

    private Step MakeParent(SlotPath slot)
    {
        var step = new Step(root, isOwned: false);
        for (var i = 0; i < slot.Segments.Count - 1; i++)
        {
            using var before = step;
            step = new Step(before.Folder!.OpenOrMakeFolder(slot.Segments[i], DataFolder.SharedMode, out var made), isOwned: true);
            if (made && isSynced)
                before.Folder.Sync();
        }
        return step;
    }

    /// <summary>A folder on the way; the root is everybody's and stays open.</summary>
    private readonly struct Step(Folder? folder, bool isOwned) : IDisposable
    {
        public Folder? Folder => folder;

        public void Dispose()
        {
            if (isOwned)
                folder?.Dispose();
        }
    }
}
