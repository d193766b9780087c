using System.Runtime.CompilerServices;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Storage;

/// <summary>
/// A store that keeps the contract of <see cref="IUploadStore"/> without a disk: for tests of what is built on a store. Closing it
/// loses nothing, as with a disk: the same object goes on, which is what "after a restart" means to a test.
/// </summary>
/// <param name="clock">Stamps activity and decides what has expired.</param>
public sealed class InMemoryUploadStore(TimeProvider clock) : IUploadStore
{
    private readonly Lock _gate = new(); // guards _uploads and _files; an upload's lock may be taken inside it
    private readonly Dictionary<UploadId, InMemoryUpload> _uploads = [];
    private readonly Dictionary<SlotPath, (StoredFile File, SparseBytes Bytes)> _files = [];

    /// <summary>How many bytes the imagined disk has; beyond it everything is StorageFull.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Called first by every operation; what it throws is what the caller meets. A test may also count or block in it.</summary>
    public Action<StoreOperation>? Before { get; set; }

    internal TimeProvider Clock => clock;

    public ValueTask<IStagedUpload> CreateAsync(UploadRecord record, CancellationToken cancellation)
    {
        Meet(StoreOperation.Create);
        var upload = new InMemoryUpload(this, record);
        lock (_gate)
        {
            if (_uploads.ContainsKey(record.Id))
                throw new ArgumentException("There is an upload of this id already.", nameof(record));
            CheckCapacityLocked(upload, record.Length ?? 0);
            _uploads.Add(record.Id, upload);
        }
        return ValueTask.FromResult<IStagedUpload>(upload);
    }

    public async IAsyncEnumerable<StoredUpload> ListUploadsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        InMemoryUpload[] all;
        lock (_gate) all = [.. _uploads.Values];
        foreach (var upload in all)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return upload.Snapshot();
        }
        await ValueTask.CompletedTask;
    }

    public ValueTask<IStagedUpload?> OpenAsync(UploadId id, CancellationToken cancellation)
    {
        Meet(StoreOperation.Open);
        lock (_gate) return ValueTask.FromResult<IStagedUpload?>(_uploads.GetValueOrDefault(id));
    }

    public ValueTask RemoveAsync(UploadId id, CancellationToken cancellation)
    {
        Meet(StoreOperation.Remove);
        lock (_gate)
        {
            if (_uploads.Remove(id, out var upload))
                upload.TryEnd();
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<StoredFile> PublishAsync(IStagedUpload upload, StoredFile file, CancellationToken cancellation)
    {
        Meet(StoreOperation.Publish);
        var staged = (InMemoryUpload)upload;
        lock (_gate)
        {
            if (_files.TryGetValue(file.Slot, out var held) && !IsExpired(held.File))
                throw new UploadException(UploadErrorCode.AlreadyComplete);
            if (!_uploads.ContainsKey(staged.Record.Id))
                throw new UploadException(UploadErrorCode.Gone);
            var seen = staged.Snapshot();
            if (seen.Record.Length is { } length && length != file.Length || !seen.Received.Contains(new ByteRange(0, file.Length)))
                throw new UploadException(UploadErrorCode.LengthMismatch);
            staged.TryEnd();
            _uploads.Remove(staged.Record.Id);
            file = file with { Origin = UploadOrigin.Of(seen.Record) };
            _files[file.Slot] = (file, staged.Bytes);
        }
        return ValueTask.FromResult(file);
    }

    public ValueTask<StoredFile?> FindFileAsync(SlotPath slot, CancellationToken cancellation)
    {
        Meet(StoreOperation.FindFile);
        lock (_gate)
            return ValueTask.FromResult(_files.TryGetValue(slot, out var held) && !IsExpired(held.File) ? held.File : null);
    }

    public ValueTask<StoredFile?> FindFinishedAsync(UploadId id, CancellationToken cancellation)
    {
        Meet(StoreOperation.FindFile);
        lock (_gate)
            return ValueTask.FromResult(_files.Values.Select(f => f.File).FirstOrDefault(f => f.Origin?.Id == id && !IsExpired(f)));
    }

    public ValueTask<IStoredContent?> OpenFileAsync(StoredFile file, CancellationToken cancellation)
    {
        Meet(StoreOperation.OpenFile);
        lock (_gate)
        {
            return ValueTask.FromResult<IStoredContent?>(
                _files.TryGetValue(file.Slot, out var held) && held.File.Sha256 == file.Sha256 ? new Content(held.Bytes, held.File.Length) : null);
        }
    }

    public ValueTask<bool> DeleteFileAsync(SlotPath slot, CancellationToken cancellation)
    {
        Meet(StoreOperation.DeleteFile);
        lock (_gate) return ValueTask.FromResult(_files.Remove(slot));
    }

    public async IAsyncEnumerable<StoredFile> ListExpiredAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StoredFile[] expired;
        lock (_gate) expired = [.. _files.Values.Select(f => f.File).Where(f => f.Expires < now)];
        foreach (var file in expired)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return file;
        }
        await ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal void Meet(StoreOperation operation) => Before?.Invoke(operation);

    internal void CheckCapacity(InMemoryUpload upload, long end)
    {
        lock (_gate) CheckCapacityLocked(upload, end);
    }

    private void CheckCapacityLocked(InMemoryUpload upload, long end)
    {
        if (Capacity == long.MaxValue)
            return;
        var others = _uploads.Values.Where(u => u != upload).Sum(u => u.Claimed) + _files.Values.Sum(f => f.File.Length);
        if (others > Capacity - Math.Max(end, upload.Claimed))
            throw new UploadException(UploadErrorCode.StorageFull);
    }

    private bool IsExpired(StoredFile file) => file.Expires < clock.GetUtcNow();

    private sealed class Content(SparseBytes bytes, long length) : IStoredContent
    {
        public long Length => length;

        public string? LocalPath => null;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            var count = (int)Math.Clamp(length - offset, 0, destination.Length);
            bytes.Read(offset, destination.Span[..count]);
            return ValueTask.FromResult(count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
