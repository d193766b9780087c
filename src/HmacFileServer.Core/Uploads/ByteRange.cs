namespace HmacFileServer.Core.Uploads;

/// <summary>A half-open run of bytes: from <paramref name="Start"/> up to, and without, <paramref name="End"/>.</summary>
/// <param name="Start">First byte; 0 or more.</param>
/// <param name="End">One past the last byte; not below <paramref name="Start"/>.</param>
public readonly record struct ByteRange(long Start, long End)
{
    /// <summary>How many bytes.</summary>
    public long Length => End - Start;

    public bool IsEmpty => End <= Start;

    /// <summary>True if there is a byte in both: an empty range overlaps nothing.</summary>
    public bool Overlaps(ByteRange other) => Math.Max(Start, other.Start) < Math.Min(End, other.End);

    public bool Contains(ByteRange other) => Start <= other.Start && other.End <= End;

    /// <summary>The bytes in both; empty (at an arbitrary place) if there are none.</summary>
    public ByteRange Intersect(ByteRange other)
    {
        var start = Math.Max(Start, other.Start);
        return new ByteRange(start, Math.Max(start, Math.Min(End, other.End)));
    }

    /// <summary>As on the wire, with an inclusive end: `0-1048575` (RFC 9110 §14.1.2).</summary>
    public override string ToString() => IsEmpty ? $"{Start}-" : $"{Start}-{End - 1}";
}
