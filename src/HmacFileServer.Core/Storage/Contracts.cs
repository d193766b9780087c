using System.Buffers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Storage;

/// <summary>How much a returned commit promises.</summary>
public enum Durability
{
    /// <summary>Survives the end of the process, at any instant (data and journal are in the kernel).</summary>
    Process,

    /// <summary>Survives loss of power: data, then journal, are synced before the commit returns.</summary>
    Power,
}

/// <summary>What is known of an upload from its first request on; it never changes afterwards.</summary>
/// <param name="Id">Its name and capability.</param>
/// <param name="Created">When it began (UTC).</param>
public sealed record UploadRecord(UploadId Id, DateTimeOffset Created)
{
    /// <summary>The slot that the upload fills; null until it is known (tus uploads without one).</summary>
    public SlotPath? Slot { get; init; }

    /// <summary>The total length in bytes; null while deferred.</summary>
    public long? Length { get; init; }

    /// <summary>The media type, verbatim as it was sent.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>When the finished file shall be deleted; null for never.</summary>
    public DateTimeOffset? FileExpires { get; init; }

    /// <summary>What a protocol wants back verbatim: `Upload-Metadata`, `Upload-Concat`. Small; keys are header names.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}

/// <summary>An upload as the store knows it after a restart.</summary>
/// <param name="Record">What was said at its creation.</param>
/// <param name="Received">The bytes whose commit returned, perhaps more: never fewer.</param>
/// <param name="LastActivity">When bytes last arrived (UTC).</param>
public sealed record StoredUpload(UploadRecord Record, RangeSet Received, DateTimeOffset LastActivity);

/// <summary>A finished file.</summary>
/// <param name="Slot">Where it is found.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="ContentType">Verbatim as it was sent.</param>
/// <param name="Created">When it was finished (UTC).</param>
/// <param name="Expires">When it will be deleted; null for never.</param>
public sealed record StoredFile(SlotPath Slot, long Length, string Sha256, string ContentType, DateTimeOffset Created, DateTimeOffset? Expires)
{
    /// <summary>The upload that it was; set by the store at publication. Null for a file that somebody else put there.</summary>
    public UploadOrigin? Origin { get; init; }
}

/// <summary>
/// Where uploads and finished files are kept. Contract, for every backend (one test suite holds each to it):
/// an operation that fails throws <see cref="UploadException"/> with StorageFull or StorageFailed and leaves what was committed;
/// every method may be called from any thread; a returned commit holds as <see cref="Durability"/> says. Arguments that no
/// caller should pass (an id twice, bytes outside the upload) throw the ArgumentException of that mistake.
/// </summary>
public interface IUploadStore : IAsyncDisposable
{
    /// <summary>Makes a new upload, its bytes preallocated where the length is known. StorageFull when the file system (less its reserve) cannot hold it; nothing of it is left then.</summary>
    ValueTask<IStagedUpload> CreateAsync(UploadRecord record, CancellationToken cancellation);

    /// <summary>Every upload that was not finished, for the start of the process. An upload that is damaged is left out, reported and set aside, never an error.</summary>
    IAsyncEnumerable<StoredUpload> ListUploadsAsync(CancellationToken cancellation);

    /// <summary>
    /// Opens an upload's bytes for writing; null if there is none of that id. It may be open several times at once: all see the
    /// same bytes and commits.
    /// </summary>
    ValueTask<IStagedUpload?> OpenAsync(UploadId id, CancellationToken cancellation);

    /// <summary>Removes an upload and its bytes; nothing happens if there is none. Whoever has it open meets Gone from then on.</summary>
    ValueTask RemoveAsync(UploadId id, CancellationToken cancellation);

    /// <summary>
    /// Publishes a whole upload as a file, atomically: exactly one caller wins a slot. The upload is gone afterwards.
    /// Throws AlreadyComplete when the slot has a file (the upload stays; remove it), LengthMismatch when a byte of
    /// <paramref name="file"/>'s length was never committed. That the digest is that of the bytes is the caller's word.
    /// </summary>
    ValueTask<StoredFile> PublishAsync(IStagedUpload upload, StoredFile file, CancellationToken cancellation);

    /// <summary>The finished file of a slot; null if there is none (or it has expired).</summary>
    ValueTask<StoredFile?> FindFileAsync(SlotPath slot, CancellationToken cancellation);

    /// <summary>The finished file that an upload has become, for as long as the file is there; null if there is none.</summary>
    ValueTask<StoredFile?> FindFinishedAsync(UploadId id, CancellationToken cancellation);

    /// <summary>Opens a finished file for reading at any offset; null if it is gone.</summary>
    ValueTask<IStoredContent?> OpenFileAsync(StoredFile file, CancellationToken cancellation);

    /// <summary>Deletes a finished file and its empty folders; false if there was none.</summary>
    ValueTask<bool> DeleteFileAsync(SlotPath slot, CancellationToken cancellation);

    /// <summary>Files that expired before <paramref name="now"/>.</summary>
    IAsyncEnumerable<StoredFile> ListExpiredAsync(DateTimeOffset now, CancellationToken cancellation);
}

/// <summary>
/// The bytes of an unfinished upload. Writes of different ranges may run side by side; the caller never writes one range twice at once.
/// Disposing closes it and keeps everything.
/// </summary>
public interface IStagedUpload : IAsyncDisposable
{
    /// <summary>What was said at its creation, with the length that was set since.</summary>
    UploadRecord Record { get; }

    /// <summary>Stores bytes at an offset, in one gathered write. Not yet committed: after a restart they may be there or not.</summary>
    ValueTask WriteAsync(long offset, ReadOnlySequence<byte> bytes, CancellationToken cancellation);

    /// <summary>Records that a range, written before, is held. When this returns the range survives as the durability promises.</summary>
    ValueTask CommitAsync(ByteRange range, CancellationToken cancellation);

    /// <summary>
    /// Forgets everything received from byte <paramref name="keep"/> on, at once and across restarts (a plain PUT whose bytes
    /// differ there); what lies below stays committed. With 0 the upload starts over.
    /// </summary>
    ValueTask ResetAsync(long keep, CancellationToken cancellation);

    /// <summary>Sets a length that was deferred, not below what is committed; kept across restarts.</summary>
    ValueTask SetLengthAsync(long length, CancellationToken cancellation);

    /// <summary>Reads back bytes written before; returns fewer than asked only at the end.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation);
}

/// <summary>The content of a finished file.</summary>
public interface IStoredContent : IAsyncDisposable
{
    long Length { get; }

    /// <summary>Reads at an offset; returns 0 only at the end.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation);

    /// <summary>The full path of a local file with the same bytes, for the kernel to send; null where there is none.</summary>
    string? LocalPath { get; }
}
