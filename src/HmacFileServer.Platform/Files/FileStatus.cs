namespace HmacFileServer.Platform.Files;

/// <summary>What the file system says of a name, without following it if it is a symbolic link.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Device">The file system that it is on.</param>
/// <param name="Inode">Equal for two names of the same bytes on one <paramref name="Device"/>.</param>
/// <param name="Links">How many names the bytes have.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Allocated">Bytes of the disk that it occupies, preallocated ones included.</param>
/// <param name="Modified">When its content last changed (UTC).</param>
public readonly record struct FileStatus(
    FileKind Kind, ulong Device, ulong Inode, uint Links, long Length, long Allocated, DateTimeOffset Modified)
{
    public bool IsFile => Kind == FileKind.File;

    public bool IsFolder => Kind == FileKind.Folder;

    /// <summary>True if both are names of the same bytes.</summary>
    public bool IsSameAs(FileStatus other) => Device == other.Device && Inode == other.Inode;

    internal static FileStatus From(LinuxFileCalls.KernelStatus status)
    {
        const int typeMask = 0xf000, folder = 0x4000, file = 0x8000, link = 0xa000;
        const long blockBytes = 512; // the unit of stx_blocks, whatever the file system's block size
        var kind = (status.Mode & typeMask) switch { file => FileKind.File, folder => FileKind.Folder, link => FileKind.SymbolicLink, _ => FileKind.Other };
        return new FileStatus(
            kind,
            ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
            status.Inode,
            status.Links,
            (long)status.Size,
            (long)status.Blocks * blockBytes,
            DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds).AddTicks(status.ModifiedNanoseconds / 100));
    }
}

/// <summary>The kinds of names in a folder.</summary>
public enum FileKind
{
    File,
    Folder,
    SymbolicLink,
    Other,
}
