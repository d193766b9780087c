namespace HmacFileServer.Core.Uploads;

/// <summary>What a writer may do now.</summary>
public enum WriterState
{
    /// <summary>Claimed; an older writer of the same bytes has not let go yet.</summary>
    Waiting,

    /// <summary>Writes.</summary>
    Active,

    /// <summary>Ended by a newer request: it may store what is already in memory, then has to let go.</summary>
    Revoked,

    /// <summary>Has let go; touches nothing any more.</summary>
    Released,
}

/// <summary>
/// A request's lease on a range of one upload. Made and changed by its <see cref="UploadSession"/> alone. Until it is released
/// nobody else writes its remaining range, so a byte is never written by two at once.
/// </summary>
public sealed class UploadWriter
{
    internal UploadWriter(WriteClaim claim)
    {
        Kind = claim.Kind;
        Range = claim.Range;
        Position = claim.Range.Start;
    }

    public WriterKind Kind { get; }

    /// <summary>The bytes that it may bring.</summary>
    public ByteRange Range { get; internal set; }

    /// <summary>Offset of the next byte; all below, from the range's start on, is stored.</summary>
    public long Position { get; internal set; }

    public WriterState State { get; internal set; } = WriterState.Waiting;

    /// <summary>True for those of which an upload has one at a time: appends and whole files.</summary>
    public bool IsSequential => Kind != WriterKind.Segment;

    internal ByteRange Remaining => new(Position, Range.End);
}
