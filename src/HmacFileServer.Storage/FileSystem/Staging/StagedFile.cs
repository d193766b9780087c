using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Journal;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>
/// An unfinished upload in use: one object for all who opened it. Its two files are opened when they are needed and may be closed
/// between operations. Two locks, the first taken first: _committing guards the journal, _gate the rest; _gate is never held
/// during I/O but the opening of the data.
/// </summary>
internal sealed class StagedFile : IDisposable
{
    private readonly StagingContext _context;
    private readonly Lock _committing = new(); // guards _journal
    private readonly object _gate = new(); // guards _data, _operations, _stage, _broken; a monitor, because there is waiting on it
    private readonly StagedJournal _journal;
    private readonly CommitGroup? _group;
    private SafeFileHandle? _data;
    private int _operations; // operations under way; while there are any, neither file is closed
    private Stage _stage;
    private bool _broken; // a sync of the data failed: which written bytes are on the disk is unknown until they are written again
    private volatile UploadRecord _record;
    private volatile bool _preallocated;
    private long _unchecked; // bytes written since the disk's space was looked at; approximate on purpose

    public StagedFile(StagingContext context, JournalContent content, bool preallocated)
    {
        _context = context;
        _record = content.Record;
        _preallocated = preallocated;
        _journal = new StagedJournal(context.Folder, StagingNames.Journal(content.Record.Id), context.Durability, content);
        Promise();
        _group = context.Durability == Durability.Power ? new CommitGroup(SyncAndAppend) : null;
    }

    private enum Stage
    {
        Open,
        Ending,
        Gone,
    }

    public UploadRecord Record => _record;

    /// <summary>Set by every use, cleared by <see cref="HandleCache"/>; a race on it costs at most a file opened again.</summary>
    public bool WasUsed { get; set; }

    /// <summary>How many have it open; guarded by the staging area.</summary>
    public int Openings { get; set; }

    public StoredUpload Snapshot()
    {
        lock (_committing) return new StoredUpload(_record, _journal.Received.Clone(), _journal.LastActivity);
    }

    public void Write(long offset, in ReadOnlySequence<byte> bytes)
    {
        CheckInside(new ByteRange(offset, unchecked(offset + bytes.Length)));
        var data = Enter();
        try
        {
            if (!_preallocated)
                CheckSpace(bytes.Length);
            FileContent.Write(data, bytes, offset);
        }
        finally
        {
            Exit();
        }
    }

    public int Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var data = Enter();
        try
        {
            return RandomAccess.Read(data, destination, offset);
        }
        finally
        {
            Exit();
        }
    }

    public ValueTask CommitAsync(ByteRange range)
    {
        CheckInside(range);
        if (range.IsEmpty)
            return ValueTask.CompletedTask;
        if (_group is not null)
            return new ValueTask(_group.CommitAsync(range, Generation));
        Enter();
        try
        {
            lock (_committing)
                Append([range]);
        }
        finally
        {
            Exit();
        }
        return ValueTask.CompletedTask;
    }

    public void Reset(long keep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        Enter();
        try
        {
            lock (_committing)
            {
                _journal.Reset(keep, _context.Clock.GetUtcNow());
                Promise();
            }
        }
        finally
        {
            Exit();
        }
    }

    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var data = Enter();
        try
        {
            lock (_committing)
            {
                if (_record.Length is { } set)
                {
                    if (set != length)
                        throw new ArgumentException($"The length is {set} already.", nameof(length));
                    return;
                }
                if (_journal.Received.Runs is [.., var last] && last.End > length)
                    throw new ArgumentOutOfRangeException(nameof(length), length, $"Bytes up to {last.End} are committed.");
                _context.Space.Check(length - _journal.Received.Count);
                var preallocated = _context.Preallocation && FileContent.TryPreallocate(data, length);
                if (!preallocated && RandomAccess.GetLength(data) < length)
                    FileContent.SetLength(data, length);
                _journal.SetLength(length);
                (_record, _preallocated) = (_journal.Record, preallocated);
                Promise();
            }
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>
    /// Stops everything, so that the upload can be published or removed: waits for the operations under way and keeps new ones
    /// waiting until <see cref="End"/>. False if it is gone.
    /// </summary>
    public bool TryBeginEnd()
    {
        lock (_gate)
        {
            while (_stage == Stage.Ending)
                Monitor.Wait(_gate);
            if (_stage == Stage.Gone)
                return false;
            _stage = Stage.Ending;
            while (_operations > 0)
                Monitor.Wait(_gate);
            return true;
        }
    }

    /// <summary>Lets those go on who waited: to find the upload gone, or as if nothing had been.</summary>
    public void End(bool gone)
    {
        lock (_gate)
        {
            _stage = gone ? Stage.Gone : Stage.Open;
            if (gone)
                CloseFiles();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Between <see cref="TryBeginEnd"/> and <see cref="End"/>: cuts off what was written beyond the end and never committed.</summary>
    public void TrimTo(long length)
    {
        using var data = _context.Folder.TryOpenFile(StagingNames.Data(_record.Id), write: true)
            ?? throw new UploadException(UploadErrorCode.Gone);
        if (RandomAccess.GetLength(data) == length)
            return;
        FileContent.SetLength(data, length);
        if (_context.Durability == Durability.Power)
            FileContent.SyncData(data);
    }

    /// <summary>Closes the files unless they are in use; false if they are.</summary>
    public bool TryCloseIdle()
    {
        lock (_gate)
        {
            if (_operations > 0)
                return false;
            CloseFiles();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            while (_operations > 0)
                Monitor.Wait(_gate);
            CloseFiles();
        }
    }

    private uint Generation
    {
        get { lock (_committing) return _journal.Generation; }
    }

    /// <summary>One sync of the data for all these commits, then one append and one sync of the journal.</summary>
    private void SyncAndAppend(IReadOnlyList<CommitGroup.Entry> entries)
    {
        var data = Enter();
        try
        {
            SyncData(data);
            lock (_committing)
            {
                var ranges = entries.Select(e => _journal.StillSaid(e.Range, e.Generation)).Where(r => !r.IsEmpty).ToArray();
                if (ranges.Length > 0)
                    Append(ranges);
            }
        }
        finally
        {
            Exit();
        }
    }

    private void SyncData(SafeFileHandle data)
    {
        try
        {
            FileContent.SyncData(data);
        }
        catch
        {
            lock (_gate) _broken = true;
            throw;
        }
    }

    private void Append(ReadOnlySpan<ByteRange> ranges)
    {
        _journal.Append(ranges, _context.Clock.GetUtcNow());
        if (!_preallocated)
            Promise();
        if (!_journal.IsWorthCompacting)
            return;
        try
        {
            _journal.Compact();
        }
        catch (IOException error)
        {
            Log.CompactionFailed(_context.Logger, _record.Id.ForLog, error);
        }
    }

    // Under _committing, or before anyone else has it.
    private void Promise() =>
        _context.Space.Promise(_record.Id, _preallocated ? 0 : (_record.Length ?? 0) - _journal.Received.Count);

    private SafeFileHandle Enter()
    {
        SafeFileHandle? data;
        var opened = false;
        lock (_gate)
        {
            while (_stage == Stage.Ending)
                Monitor.Wait(_gate);
            if (_stage == Stage.Gone)
                throw new UploadException(UploadErrorCode.Gone);
            if (_broken)
                throw new UploadException(UploadErrorCode.StorageFailed, "The disk failed to keep bytes of this upload; open it again.");
            WasUsed = true;
            data = _data;
            if (data is null)
            {
                _data = data = _context.Folder.TryOpenFile(StagingNames.Data(_record.Id), write: true)
                    ?? throw new UploadException(UploadErrorCode.Gone);
                opened = true;
            }
            _operations++;
        }
        if (opened)
            _context.Handles.Opened(this);
        return data;
    }

    private void Exit()
    {
        lock (_gate)
        {
            if (--_operations == 0 && _stage == Stage.Ending)
                Monitor.PulseAll(_gate);
        }
    }

    // Under _gate with no operation under way: then nobody is at the journal either.
    private void CloseFiles()
    {
        _data?.Dispose();
        _data = null;
        _journal.Close();
    }

    private void CheckSpace(long bytes)
    {
        const long interval = 8 << 20; // looking costs a call; the reserve is larger than this many bytes of overrun
        if (Interlocked.Add(ref _unchecked, bytes) < interval && _record.Length is not null)
            return;
        Interlocked.Exchange(ref _unchecked, 0);
        _context.Space.Check(_record.Length is null ? bytes : 0);
    }

    private void CheckInside(ByteRange range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(range));
        ArgumentOutOfRangeException.ThrowIfLessThan(range.End, range.Start, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, _record.Length ?? long.MaxValue, nameof(range));
    }
}
