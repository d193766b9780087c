using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Storage;

/// <summary>An unfinished upload of <see cref="InMemoryUploadStore"/>; the same object for everyone who opened it.</summary>
internal sealed class InMemoryUpload(InMemoryUploadStore store, UploadRecord record) : IStagedUpload
{
    private readonly Lock _gate = new(); // guards everything below; never held while the store's lock is taken
    private readonly RangeSet _received = new();
    private UploadRecord _record = record;
    private DateTimeOffset _lastActivity = record.Created;
    private long _written; // one past the last byte written
    private bool _gone;

    public UploadRecord Record
    {
        get { lock (_gate) return _record; }
    }

    public SparseBytes Bytes { get; } = new();

    public StoredUpload Snapshot()
    {
        lock (_gate) return new StoredUpload(_record, _received.Clone(), _lastActivity);
    }

    /// <summary>What the store holds the capacity for.</summary>
    public long Claimed
    {
        get { lock (_gate) return _gone ? 0 : _record.Length ?? _written; }
    }

    public ValueTask WriteAsync(long offset, ReadOnlySequence<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        store.Meet(StoreOperation.Write);
        CheckInside(new ByteRange(offset, offset + bytes.Length));
        store.CheckCapacity(this, offset + bytes.Length);
        foreach (var piece in bytes)
        {
            Bytes.Write(offset, piece.Span);
            offset += piece.Length;
        }
        lock (_gate) _written = Math.Max(_written, offset);
        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync(ByteRange range, CancellationToken cancellation)
    {
        store.Meet(StoreOperation.Commit);
        CheckInside(range);
        lock (_gate)
        {
            _received.Add(range);
            _lastActivity = store.Clock.GetUtcNow();
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask ResetAsync(long keep, CancellationToken cancellation)
    {
        store.Meet(StoreOperation.Reset);
        CheckInside(default);
        lock (_gate)
        {
            _received.Remove(new ByteRange(keep, long.MaxValue));
            _lastActivity = store.Clock.GetUtcNow();
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask SetLengthAsync(long length, CancellationToken cancellation)
    {
        store.Meet(StoreOperation.SetLength);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        CheckInside(default);
        store.CheckCapacity(this, length);
        lock (_gate)
        {
            if (_record.Length is { } set && set != length)
                throw new ArgumentException($"The length is {set} already.", nameof(length));
            if (_received.Runs is [.., var last] && last.End > length)
                throw new ArgumentOutOfRangeException(nameof(length), length, $"Bytes up to {last.End} are committed.");
            _record = _record with { Length = length };
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        store.Meet(StoreOperation.Read);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        CheckInside(default);
        long end;
        lock (_gate) end = _record.Length ?? _written;
        var count = (int)Math.Clamp(end - offset, 0, destination.Length);
        Bytes.Read(offset, destination.Span[..count]);
        return ValueTask.FromResult(count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Ends the upload; false if someone else did.</summary>
    public bool TryEnd()
    {
        lock (_gate) return !_gone && (_gone = true);
    }

    private void CheckInside(ByteRange range)
    {
        lock (_gate)
        {
            if (_gone)
                throw new UploadException(UploadErrorCode.Gone);
            ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(range));
            ArgumentOutOfRangeException.ThrowIfLessThan(range.End, range.Start, nameof(range));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, _record.Length ?? long.MaxValue, nameof(range));
        }
    }
}
