namespace HmacFileServer.Testing.PowerCuts;

/// <summary>The bytes of a file, whatever names they have.</summary>
/// <param name="path">The name that it was made with, for messages.</param>
internal sealed class DiskFile(string path)
{
    public string Path => path;
}

/// <summary>One change of a disk, or a sync. Paths are absolute.</summary>
internal abstract record DiskOperation
{
    internal sealed record Made(DiskFile File, string Path) : DiskOperation;

    internal sealed record Written(DiskFile File, long Offset, byte[] Bytes) : DiskOperation;

    internal sealed record Resized(DiskFile File, long Length) : DiskOperation;

    internal sealed record Synced(DiskFile File) : DiskOperation;

    internal sealed record FolderMade(string Path) : DiskOperation;

    internal sealed record Linked(DiskFile File, string Path) : DiskOperation;

    internal sealed record Renamed(DiskFile File, string Path, string NewPath) : DiskOperation;

    internal sealed record Removed(string Path) : DiskOperation;

    internal sealed record FolderSynced(string Path) : DiskOperation;
}
