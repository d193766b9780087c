namespace HmacFileServer.Core.Tuning;

/// <summary>
/// How large the next segment of a path is: about half a second of the path's rate (or what is given), within the bounds of its type; halved when
/// one was cut, grown by at most a factor of two for each that succeeded. Not safe for use by several threads at once.
/// </summary>
public sealed class SegmentSizer(long least, long most, TimeSpan? aim = null)
{
    private readonly TimeSpan _aim = aim ?? TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of the next segment.</summary>
    public long Size { get; private set; } = Math.Min(most, least * 2);

    /// <summary>A segment was acknowledged.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="took">From its first byte handed to the socket to the answer: a round trip more than its bytes took.</param>
    /// <param name="rate">
    /// Bytes per second that the path delivers with all that is pipelined on it; 0 if not known. On a path with a long round trip a segment
    /// alone tells far too little: with 400 ms, segments of 64 KB would never grow, and 16 of them do not fill 20 Mbit/s.
    /// </param>
    public void Succeeded(long bytes, TimeSpan took, double rate = 0)
    {
        if (took <= TimeSpan.Zero)
            return;
        var aimed = (long)(Math.Max(bytes / took.TotalSeconds, rate) * _aim.TotalSeconds);
        Size = Math.Clamp(Math.Min(aimed, Size * 2), least, most);
    }

    /// <summary>A segment was cut short.</summary>
    public void Failed() => Size = Math.Max(least, Size / 2);
}
