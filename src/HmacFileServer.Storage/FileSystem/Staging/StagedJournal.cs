using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Journal;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>
/// The journal of one upload that is in use: appends commits, and replaces the whole file, atomically, when the header changes or
/// when records have piled up. Not safe for use by several threads at once: <see cref="StagedFile"/> holds its commit lock.
/// </summary>
internal sealed class StagedJournal(Folder staging, string name, Durability durability, JournalContent content)
{
    /// <summary>Records after which the journal is replaced by one record for each run: 64 KB, some 2 GB of 1 MB pieces.</summary>
    public const int CompactionRecords = 2048;

    private readonly List<(uint Generation, long Keep)> _resets = []; // since it was opened: few, for each is a client's change of mind
    private SafeFileHandle? _file;
    private uint _seed = content.Seed;
    private long _end = content.End;
    private int _records = content.Records;
    private bool _tailUnproven = content.Dropped > 0;
    private bool _replaceFirst; // a sync failed: what the file holds on the disk is unknown

    public UploadRecord Record { get; private set; } = content.Record;

    public uint Generation { get; private set; } = content.Generation;

    public RangeSet Received { get; } = content.Received;

    public DateTimeOffset LastActivity { get; private set; } = content.LastActivity;

    /// <summary>True when a replacement would be at least half as large.</summary>
    public bool IsWorthCompacting => _records >= CompactionRecords && _records >= 4 * Received.Runs.Count;

    public bool IsOpen => _file is not null;

    /// <summary>Writes the journal of a new upload. Its name appears when all of it is there.</summary>
    public static JournalContent Create(Folder staging, string name, Durability durability, UploadRecord record)
    {
        var journal = new StagedJournal(staging, name, durability, new JournalContent(record, 0, new RangeSet(), record.Created, 0, 0, 0, 0));
        journal.Replace(record, 0, []);
        journal.Close();
        return new JournalContent(record, 0, new RangeSet(), record.Created, journal._seed, journal._end, 0, 0);
    }

    /// <summary>Appends commits in one write. When it throws, none of them counts.</summary>
    public void Append(ReadOnlySpan<ByteRange> ranges, DateTimeOffset now)
    {
        if (_replaceFirst)
            Replace(Record, Generation, Received.Runs);
        var file = Open();
        if (_tailUnproven)
        {
            FileContent.SetLength(file, _end);
            _tailUnproven = false;
        }
        const int onStack = 8;
        Span<byte> records = ranges.Length <= onStack
            ? stackalloc byte[ranges.Length * JournalFormat.RecordBytes]
            : new byte[ranges.Length * JournalFormat.RecordBytes];
        for (var i = 0; i < ranges.Length; i++)
        {
            var at = i * JournalFormat.RecordBytes;
            JournalFormat.WriteRecord(records.Slice(at, JournalFormat.RecordBytes), ranges[i], now, _seed, _end + at);
        }
        try
        {
            FileContent.Write(file, records, _end);
        }
        catch
        {
            _tailUnproven = true; // a part of them may be there
            throw;
        }
        SyncData(file);
        _end += records.Length;
        _records += ranges.Length;
        foreach (var range in ranges)
            Received.Add(range);
        LastActivity = now;
    }

    /// <summary>Begins the upload again at <paramref name="keep"/>: no record written before counts for what lies from there on.</summary>
    public void Reset(long keep, DateTimeOffset now)
    {
        LastActivity = now;
        Replace(Record, Generation + 1, [.. Received.Within(new ByteRange(0, keep))]);
        Received.Remove(new ByteRange(keep, long.MaxValue));
        _resets.Add((Generation, keep));
    }

    /// <summary>What a commit asked for in an earlier generation still says: only what every reset since has kept.</summary>
    public ByteRange StillSaid(ByteRange range, uint generation)
    {
        foreach (var (at, keep) in _resets)
        {
            if (at > generation)
                range = range with { End = Math.Clamp(keep, range.Start, range.End) };
        }
        return range;
    }

    public void SetLength(long length) => Replace(Record with { Length = length }, Generation, Received.Runs);

    public void Compact() => Replace(Record, Generation, Received.Runs);

    /// <summary>Closes the file; the next append opens it again.</summary>
    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Replace(UploadRecord record, uint generation, IReadOnlyList<ByteRange> runs)
    {
        var temporary = name + StagingNames.Replacement;
        var header = JournalFormat.WriteHeader(JournalHeader.From(record, generation, LastActivity), out var seed);
        var whole = new byte[header.Length + runs.Count * JournalFormat.RecordBytes];
        header.CopyTo(whole, 0);
        for (var i = 0; i < runs.Count; i++)
        {
            var at = header.Length + i * JournalFormat.RecordBytes;
            JournalFormat.WriteRecord(whole.AsSpan(at, JournalFormat.RecordBytes), runs[i], LastActivity, seed, at);
        }
        staging.Unlink(temporary);
        var file = staging.CreateFile(temporary, DataFolder.FileMode);
        try
        {
            FileContent.Write(file, whole, 0);
            if (durability == Durability.Power)
                FileContent.SyncData(file);
            staging.Rename(temporary, staging, name);
        }
        catch
        {
            file.Dispose();
            staging.Unlink(temporary);
            throw;
        }
        Close();
        (_file, _seed, _end, _records) = (file, seed, whole.Length, runs.Count);
        (Record, Generation) = (record, generation);
        _tailUnproven = _replaceFirst = false;
        if (durability != Durability.Power)
            return;
        try
        {
            staging.Sync();
        }
        catch
        {
            _replaceFirst = true; // after a loss of power the name may still be that of the file before
            throw;
        }
    }

    private SafeFileHandle Open() => _file ??= staging.TryOpenFile(name, write: true)
        ?? throw new FileCallException("open", name, (int)FileError.NotFound);

    private void SyncData(SafeFileHandle file)
    {
        if (durability != Durability.Power)
            return;
        try
        {
            FileContent.SyncData(file);
        }
        catch
        {
            _replaceFirst = true; // the kernel reports a failed write-back once, then calls the pages clean
            throw;
        }
    }
}
