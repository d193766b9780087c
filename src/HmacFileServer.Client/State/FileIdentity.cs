using HmacFileServer.Platform.Files;

namespace HmacFileServer.Client.State;

/// <summary>What a file looked like from outside: enough to notice, without reading it, that it may be another one.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="ModifiedTicks">When its content last changed, in ticks of 100 ns (UTC).</param>
/// <param name="Inode">The file system's number of it; 0 where there is none.</param>
public sealed record FileIdentity(long Length, long ModifiedTicks, ulong Inode)
{
    /// <summary>Looks at a file; null if there is none. Symbolic links are followed, as for every path that a person gives.</summary>
    public static FileIdentity? Of(string path)
    {
        var info = new FileInfo(path);
        var target = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
        return target.Exists ? new FileIdentity(target.Length, target.LastWriteTimeUtc.Ticks, InodeOf(target)) : null;
    }

    private static ulong InodeOf(FileInfo file)
    {
        if (!OperatingSystem.IsLinux() || file.DirectoryName is null)
            return 0;
        using var folder = Folder.Open(file.DirectoryName);
        return folder.Find(file.Name)?.Inode ?? 0;
    }
}

/// <summary>The digest of a file's first bytes, as they were when they were sent.</summary>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Digest">`crc32c:HEX` or `sha256:HEX`; null in a record of another version, which then tells nothing.</param>
public sealed record PrefixDigest(long Bytes, string? Digest);
