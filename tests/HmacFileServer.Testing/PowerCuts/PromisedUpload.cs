using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.PowerCuts;

/// <summary>What a store has promised of one upload, as a function of how far the recording is: each entry begins to count at its operation.</summary>
internal sealed class PromisedUpload(UploadRecord record, byte[] content)
{
    public UploadRecord Record => record;

    public byte[] Content => content;

    public StoredFile? File { get; set; }

    /// <summary>When its creation was asked for and answered.</summary>
    public Moment Created { get; } = new();

    public Moment Removed { get; } = new();

    public Moment Published { get; } = new();

    public Moment Deleted { get; } = new();

    public List<(ByteRange Range, Moment When)> Commits { get; } = [];

    public List<(long Keep, Moment When)> Resets { get; } = [];

    /// <summary>Bytes that must be there.</summary>
    public RangeSet Owed(int cut) => Held(cut, commit: m => m.IsAnswered(cut), reset: m => m.IsAsked(cut));

    /// <summary>Bytes that may be there.</summary>
    public RangeSet Possible(int cut) => Held(cut, commit: m => m.IsAsked(cut), reset: m => m.IsAnswered(cut));

    private RangeSet Held(int cut, Func<Moment, bool> commit, Func<Moment, bool> reset)
    {
        var held = new RangeSet();
        foreach (var change in Commits.Select(c => (c.When, (ByteRange?)c.Range, 0L)).Concat(Resets.Select(r => (r.When, (ByteRange?)null, r.Keep))).OrderBy(c => c.When.Asked))
        {
            if (change.Item2 is { } range && commit(change.When))
                held.Add(range);
            else if (change.Item2 is null && reset(change.When))
                held.Remove(new ByteRange(change.Item3, long.MaxValue));
        }
        return held;
    }

    /// <summary>When something was asked for, and when it was answered, counted in operations of the disk.</summary>
    internal sealed class Moment
    {
        public int Asked { get; set; } = int.MaxValue;

        public int Answered { get; set; } = int.MaxValue;

        public bool IsAsked(int cut) => Asked <= cut;

        public bool IsAnswered(int cut) => Answered <= cut;
    }
}
