using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Journal;
using HmacFileServer.Storage.FileSystem.Staging;

namespace HmacFileServer.Storage.Tests.Journal;

/// <summary>One thing that is done to a journal.</summary>
public sealed record JournalAction(JournalActionKind Kind, int Start, int Length)
{
    public ByteRange Range => new(Math.Abs((long)Start), Math.Abs((long)Start) + Math.Abs((long)Length));
}

public enum JournalActionKind
{
    Commit,
    CommitAgain,
    CommitNext,
    Reset,
    Compact,
    SetLength,
}

/// <summary>Runs actions on a real journal and keeps beside it what must be true of every byte that it had on the way.</summary>
internal sealed class JournalModel
{
    private static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<(long End, RangeSet Received)> _proved = [];

    /// <summary>The journal as it is on the disk at the end.</summary>
    public byte[] Bytes { get; private set; } = [];

    public UploadRecord Record { get; private set; } = null!;

    /// <summary>All that was committed since the last reset.</summary>
    public RangeSet Received { get; private set; } = new();

    /// <summary>What must be proved by the first so many bytes of the journal.</summary>
    public RangeSet ProvedBy(long length) => _proved.Where(p => p.End <= length).Select(p => p.Received).LastOrDefault() ?? new RangeSet();

    public long HeaderEnd => _proved[0].End;

    public static JournalModel Run(string folder, IEnumerable<JournalAction> actions)
    {
        var model = new JournalModel();
        using var staging = Folder.Open(folder);
        var record = new UploadRecord(UploadId.Create(), Began) { Slot = SlotPath.FromDecodedSegments(["a", "é"]), ContentType = "x/y" };
        var name = StagingNames.Journal(record.Id);
        var journal = new StagedJournal(staging, name, Durability.Process, StagedJournal.Create(staging, name, Durability.Process, record));
        var path = Path.Combine(folder, name);
        model.Replaced(path);
        foreach (var action in actions)
        {
            switch (action.Kind)
            {
                case JournalActionKind.Commit:
                    Commit(action.Range);
                    break;
                case JournalActionKind.CommitAgain:
                    Commit(model.Received.Runs is [.., var last] ? last : default);
                    break;
                case JournalActionKind.CommitNext:
                    Commit(new ByteRange(model.Received.ContiguousPrefix, model.Received.ContiguousPrefix + action.Range.Length));
                    break;
                case JournalActionKind.Reset:
                    journal.Reset(action.Start, Began);
                    model.Received.Remove(new ByteRange(action.Start, long.MaxValue));
                    model.Replaced(path);
                    break;
                case JournalActionKind.Compact:
                    journal.Compact();
                    model.Replaced(path);
                    break;
                case JournalActionKind.SetLength:
                    journal.SetLength(1L << 40);
                    model.Replaced(path);
                    break;
            }
        }
        journal.Close();
        model.Record = journal.Record;
        model.Bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return model;

        void Commit(ByteRange range)
        {
            if (range.IsEmpty)
                return;
            journal.Append([range], Began);
            model.Received.Add(range);
            model._proved.Add((new FileInfo(path).Length, model.Received.Clone()));
        }
    }

    // The whole journal is new: its header ends before one record for each run.
    private void Replaced(string path)
    {
        _proved.Clear();
        var end = new FileInfo(path).Length - Received.Runs.Count * JournalFormat.RecordBytes;
        var soFar = new RangeSet();
        _proved.Add((end, soFar.Clone()));
        foreach (var run in Received.Runs)
        {
            soFar.Add(run);
            _proved.Add((end += JournalFormat.RecordBytes, soFar.Clone()));
        }
    }
}
