using System.Globalization;
using System.Text;

namespace HmacFileServer.Client.Http;

/// <summary>
/// Reads HTTP/1.1 responses off a connection, one behind the other. Interim (1xx) responses are passed over. Heads are bounded,
/// bodies are kept to 64 KB and discarded beyond, so that a hostile peer cannot fill the memory.
/// </summary>
internal sealed class ResponseReader(Stream stream)
{
    private const int MaxHead = 32 * 1024;
    private const int MaxBody = 64 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next final response; null when the peer closed the connection before one began.</summary>
    /// <param name="toHead">The request was HEAD: there is no body whatever the fields say.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<ResponseHead?> ReadAsync(Func<bool> toHead, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await ReadHeadAsync(cancellation);
            if (head is null)
                return null;
            if (head.Status is >= 100 and < 200)
                continue;
            if (!toHead() && head.Status is not (204 or 304))
                head.Body = await ReadBodyAsync(head, cancellation);
            return head;
        }
    }

    private async ValueTask<ResponseHead?> ReadHeadAsync(CancellationToken cancellation)
    {
        var line = await ReadLineAsync(true, cancellation);
        if (line is null)
            return null;
        if (line.Length < 12 || !line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new ProtocolException($"The answer is not HTTP/1.1: '{Printable(line)}'.");
        }
        var head = new ResponseHead { Status = status, Http10 = line[7] == '0' };
        var total = line.Length;
        while (true)
        {
            line = await ReadLineAsync(false, cancellation) ?? throw new EndOfStreamException();
            if (line.Length == 0)
                return head;
            total += line.Length;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || total > MaxHead)
                throw new ProtocolException("The answer's header is malformed or too long.");
            head.Add(line[..colon], line[(colon + 1)..].Trim());
        }
    }

    private async ValueTask<string> ReadBodyAsync(ResponseHead head, CancellationToken cancellation)
    {
        var kept = new MemoryStream();
        if (head.Field("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) ?? false)
        {
            while (true)
            {
                var line = await ReadLineAsync(false, cancellation) ?? throw new EndOfStreamException();
                var size = line.AsSpan(0, line.Contains(';', StringComparison.Ordinal) ? line.IndexOf(';', StringComparison.Ordinal) : line.Length);
                if (!long.TryParse(size.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
                    throw new ProtocolException("The answer's chunk size is malformed.");
                if (length == 0)
                    break;
                await TakeAsync(length, kept, cancellation);
                await ReadLineAsync(false, cancellation);
            }
            while (await ReadLineAsync(false, cancellation) is { Length: > 0 })
            {
                // Trailer fields carry nothing that we ask for.
            }
        }
        else
        {
            await TakeAsync(head.Number("Content-Length") ?? (head.Closes ? long.MaxValue : 0), kept, cancellation);
        }
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private async ValueTask TakeAsync(long length, MemoryStream kept, CancellationToken cancellation)
    {
        while (length > 0)
        {
            if (_start == _end && !await FillAsync(cancellation))
            {
                if (length > long.MaxValue / 2)
                    return;
                throw new EndOfStreamException();
            }
            var take = (int)Math.Min(length, _end - _start);
            kept.Write(_buffer, _start, (int)Math.Min(take, MaxBody - kept.Length));
            _start += take;
            length -= take;
        }
    }

    private async ValueTask<string?> ReadLineAsync(bool first, CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var length = searched + newline;
                var line = Encoding.Latin1.GetString(_buffer, _start, length > 0 && _buffer[_start + length - 1] == '\r' ? length - 1 : length);
                _start += length + 1;
                return line;
            }
            searched = _end - _start;
            if (searched > MaxHead)
                throw new ProtocolException("The answer's header is too long.");
            if (!await FillAsync(cancellation))
                return first && searched == 0 ? null : throw new EndOfStreamException();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
        {
            var grown = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
            Buffer.BlockCopy(_buffer, _start, grown, 0, _end - _start);
            _end -= _start;
            _start = 0;
            _buffer = grown;
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }

    private static string Printable(string line) =>
        new([.. line.Take(60).Select(c => char.IsControl(c) || c > '~' ? '?' : c)]);
}

/// <summary>The peer does not speak the protocol that it should.</summary>
internal sealed class ProtocolException(string message) : IOException(message);
