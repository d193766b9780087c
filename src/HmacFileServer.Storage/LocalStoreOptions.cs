using HmacFileServer.Core.Storage;
using HmacFileServer.Storage.FileSystem.Publishing;

namespace HmacFileServer.Storage;

/// <summary>How a <see cref="LocalUploadStore"/> keeps its files.</summary>
public sealed record LocalStoreOptions
{
    /// <summary>The folder of everything; made if it is not there. All of it must lie on one file system.</summary>
    public required string DataPath { get; init; }

    /// <summary>What a commit promises.</summary>
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>Bytes of the disk that uploads never take, so that the system, the journals and the index can go on. 0 or more.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>Whether files of equal bytes share the disk.</summary>
    public bool Deduplication { get; init; } = true;

    /// <summary>
    /// Whether an upload's space is reserved at its creation, so that a full disk shows at once and not after hours. Off, the
    /// promise is kept by counting; bytes that others write to the disk meanwhile may break it.
    /// </summary>
    public bool Preallocation { get; init; } = true;

    /// <summary>Most uploads whose files are kept open at once while nobody writes to them; two descriptors each. At least 1.</summary>
    public int MostIdleOpenUploads { get; init; } = 1024;

    /// <summary>Called before every step of a publication, so that a test can end the world there.</summary>
    internal Action<PublishStep>? BeforeStep { get; init; }
}
