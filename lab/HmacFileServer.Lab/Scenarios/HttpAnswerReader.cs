using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>
/// Reads one HTTP/1.1 answer after another from a kept-alive connection, into one buffer that grows when it must. As little as a
/// sampler needs: a status, and a body with a length or in chunks (RFC 9112, sections 6 and 7.1).
/// </summary>
internal sealed class HttpAnswerReader(Socket socket)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _filled;

    /// <summary>The body of the last answer; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Body => _body.Span;

    private ReadOnlyMemory<byte> _body;

    /// <summary>Reads an answer to its end.</summary>
    /// <returns>Its status code.</returns>
    /// <exception cref="IOException">The connection ended, or it was no HTTP.</exception>
    public int Read()
    {
        _filled = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            Fill();
        var bodyStart = head + 4;
        if (head < 12 || !_buffer.AsSpan().StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _))
            throw new IOException("The answer is no HTTP/1.1.");
        _body = Header(head, "Transfer-Encoding"u8).IndexOf("chunked"u8) >= 0
            ? ReadChunks(bodyStart)
            : ReadPlain(bodyStart, Utf8Parser.TryParse(Header(head, "Content-Length"u8), out int length, out _) ? length : 0);
        return status;
    }

    private ReadOnlyMemory<byte> ReadPlain(int start, int length)
    {
        while (_filled < start + length)
            Fill();
        return _buffer.AsMemory(start, length);
    }

    /// <summary>Moves the chunks together, over their own sizes.</summary>
    private ReadOnlyMemory<byte> ReadChunks(int start)
    {
        var (read, written) = (start, start);
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(read, _filled - read).IndexOf("\r\n"u8)) < 0)
                Fill();
            if (!Utf8Parser.TryParse(_buffer.AsSpan(read, line), out int size, out _, 'x') || size < 0)
                throw new IOException("A chunk has no size.");
            read += line + 2;
            while (_filled < read + size + 2)
                Fill();
            if (size == 0)
                return _buffer.AsMemory(start, written - start);
            _buffer.AsSpan(read, size).CopyTo(_buffer.AsSpan(written));
            written += size;
            read += size + 2;
        }
    }

    private ReadOnlySpan<byte> Header(int head, ReadOnlySpan<byte> name)
    {
        var rest = _buffer.AsSpan(0, head);
        for (var next = rest.IndexOf("\r\n"u8); next >= 0; next = rest.IndexOf("\r\n"u8))
        {
            rest = rest[(next + 2)..];
            if (rest.Length > name.Length && rest[name.Length] == (byte)':' && Ascii.EqualsIgnoreCase(rest[..name.Length], name))
            {
                var end = rest.IndexOf("\r\n"u8);
                return (end < 0 ? rest : rest[..end])[(name.Length + 1)..].Trim((byte)' ');
            }
        }
        return default;
    }

    private void Fill()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = socket.Receive(_buffer, _filled, _buffer.Length - _filled, SocketFlags.None);
        if (read == 0)
            throw new IOException("The connection ended in the middle of an answer.");
        _filled += read;
    }
}
