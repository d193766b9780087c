namespace HmacFileServer.Storage;

/// <summary>What is wrong with something in a data folder.</summary>
public enum StorageProblemKind
{
    /// <summary>A file's bytes are not those of its digest: the disk has lost them, or someone wrote to the file.</summary>
    DigestMismatch,

    /// <summary>A file is on the disk and not in the index; a rebuild, or the first look at it, takes it in.</summary>
    NotIndexed,

    /// <summary>The index says other things of a file than its description or the disk; a rebuild cures it.</summary>
    IndexDiffers,

    /// <summary>The index has a file that is not on the disk; a rebuild cures it.</summary>
    FileMissing,

    /// <summary>Nothing but its bytes is known of a file: its type and expiry are lost once the index is.</summary>
    DescriptionMissing,

    /// <summary>A description whose file is not there: some bytes of the disk, no harm.</summary>
    DescriptionUnused,

    /// <summary>Shared bytes that no file uses: space of the disk, no harm.</summary>
    BlobUnused,

    /// <summary>The journal of an unfinished upload proves nothing, or its bytes are missing; it is set aside when it is next opened.</summary>
    UploadDamaged,
}

/// <summary>One finding.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Name">The slot, blob or file; of an upload only the first eight digits.</param>
/// <param name="Detail">More about it, for a person; may be empty.</param>
public sealed record StorageProblem(StorageProblemKind Kind, string Name, string Detail = "");

/// <summary>The outcome of <see cref="LocalUploadStore.VerifyAsync"/>.</summary>
/// <param name="Files">Finished files on the disk.</param>
/// <param name="Blobs">Different contents kept for sharing.</param>
/// <param name="Uploads">Unfinished uploads.</param>
/// <param name="BytesRead">Bytes whose digests were computed.</param>
/// <param name="Problems">All that was found.</param>
public sealed record StorageVerification(long Files, long Blobs, long Uploads, long BytesRead, IReadOnlyList<StorageProblem> Problems);
