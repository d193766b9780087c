using HmacFileServer.Core.Storage;

namespace HmacFileServer.Server.Uploads;

/// <summary>The bytes of several whole uploads, one after the other. Owns their openings.</summary>
internal sealed class PartsStream(IReadOnlyList<(IStagedUpload Staged, long Length)> parts, long from) : Stream
{
    private int _part;
    private long _skip = from; // bytes from the start of the part at hand

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_part < parts.Count && _skip >= parts[_part].Length)
            _skip -= parts[_part++].Length;
        if (_part == parts.Count)
            return 0;
        var (staged, length) = parts[_part];
        var count = await staged.ReadAsync(_skip, buffer[..(int)Math.Min(buffer.Length, length - _skip)], cancellationToken);
        if (count == 0)
            throw new EndOfStreamException("A part is shorter than what was committed of it.");
        _skip += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var (staged, _) in parts)
            await staged.DisposeAsync();
        await base.DisposeAsync();
    }
}
