using HmacFileServer.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Files;

/// <summary>
/// A folder of many files with names of hex digits, spread over 256 folders by the first two, so that none of them becomes slow to list.
/// </summary>
internal sealed class ShardedFolder(Folder root, UnixFileMode mode, bool isSynced)
{
    public FileStatus? Find(string name)
    {
        using var shard = root.TryOpenFolder(name[..2]);
        return shard?.Find(name);
    }

    public SafeFileHandle? TryOpen(string name)
    {
        using var shard = root.TryOpenFolder(name[..2]);
        return shard?.TryOpenFile(name, write: false);
    }

    /// <summary>Gives a file this name too; false if something has it.</summary>
    public bool TryLinkFrom(Folder source, string sourceName, string name)
    {
        using var shard = Make(name);
        try
        {
            source.Link(sourceName, shard, name);
        }
        catch (FileCallException error) when (error.Error == FileError.Exists)
        {
            return false;
        }
        if (isSynced)
            shard.Sync();
        return true;
    }

    /// <summary>Opens the folder that has a name; null if there is none yet.</summary>
    public Folder? TryOpenShard(string name) => root.TryOpenFolder(name[..2]);

    /// <summary>Moves a file here, over one of that name.</summary>
    public void MoveFrom(Folder source, string sourceName, string name)
    {
        using var shard = Make(name);
        source.Rename(sourceName, shard, name);
        if (isSynced)
            shard.Sync();
    }

    public bool Remove(string name)
    {
        using var shard = root.TryOpenFolder(name[..2]);
        return shard?.Unlink(name) ?? false;
    }

    /// <summary>Every name, in no order.</summary>
    public IEnumerable<string> All() =>
        Directory.EnumerateFiles(root.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(path => Path.GetFileName(path));

    private Folder Make(string name)
    {
        var shard = root.OpenOrMakeFolder(name[..2], mode, out var made);
        if (made && isSynced)
            root.Sync();
        return shard;
    }
}
