using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Transfers;

/// <summary>A run of bytes given to one path. It is over when it was completed or cut.</summary>
/// <param name="number">Counts the segments of the transfer.</param>
/// <param name="path">The interface's name.</param>
/// <param name="range">The bytes; empty only for an empty file.</param>
public sealed class Segment(int number, string path, ByteRange range)
{
    private long _handed;

    public int Number { get; } = number;

    public string Path { get; } = path;

    public ByteRange Range { get; } = range;

    /// <summary>Body bytes handed to the socket so far, from the range's start. Written by the connection's writer alone; read by anyone.</summary>
    public long Handed => Volatile.Read(ref _handed);

    /// <summary>The writer handed more bytes to the socket, or (negative) found that the socket had not taken them.</summary>
    public void AddHanded(long bytes) => Volatile.Write(ref _handed, _handed + bytes);
}
