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

    /// <summary>A segment of <paramref name="bytes"/> was acknowledged <paramref name="took"/> after its first byte was handed to the socket.</summary>
    public void Succeeded(long bytes, TimeSpan took)
    {
        if (took <= TimeSpan.Zero)
            return;
        var aimed = (long)(bytes / took.TotalSeconds * _aim.TotalSeconds);
        Size = Math.Clamp(Math.Min(aimed, Size * 2), least, most);
    }

    /// <summary>A segment was cut short.</summary>
    public void Failed() => Size = Math.Max(least, Size / 2);
}
