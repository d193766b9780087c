namespace HmacFileServer.Core.Uploads;

/// <summary>How a request means to write.</summary>
public enum WriterKind
{
    /// <summary>Goes on at the offset (tus and IETF-draft PATCH): sequential, one at a time.</summary>
    Append,

    /// <summary>Brings the whole file from byte 0 (a plain PUT): sequential, alone.</summary>
    Whole,

    /// <summary>Brings one range (PUT with Content-Range): any order, many at once.</summary>
    Segment,
}

/// <summary>What a request asks to write.</summary>
/// <param name="Kind">How.</param>
/// <param name="Range">Which bytes; an end of <see cref="long.MaxValue"/> means "to wherever the body ends".</param>
/// <param name="Total">The file's length as the request states it; null if it does not.</param>
public readonly record struct WriteClaim(WriterKind Kind, ByteRange Range, long? Total)
{
    /// <summary>Goes on at <paramref name="offset"/> with <paramref name="count"/> bytes, or until the body ends.</summary>
    public static WriteClaim Append(long offset, long? count, long? total = null) =>
        new(WriterKind.Append, new ByteRange(offset, count is { } n ? offset + n : long.MaxValue), total);

    public static WriteClaim Whole(long length) => new(WriterKind.Whole, new ByteRange(0, length), length);

    public static WriteClaim Segment(ByteRange range, long total) => new(WriterKind.Segment, range, total);
}
