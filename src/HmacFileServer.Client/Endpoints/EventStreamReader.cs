using System.Text;

namespace HmacFileServer.Client.Endpoints;

/// <summary>Reads server-sent events (WHATWG HTML §9.2.6), as far as a client needs them that does not reconnect by id. A line longer than 64 KB is passed over.</summary>
internal sealed class EventStreamReader(Stream stream)
{
    private const int MostLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[MostLine];
    private int _start;
    private int _end;

    /// <summary>Bytes were seen: the other end is there, whatever they say.</summary>
    public Action? Heard { get; init; }

    /// <summary>The next event with data; null at the end of the stream.</summary>
    public async ValueTask<(string Name, string Data)?> ReadAsync(CancellationToken cancellation)
    {
        string name = "message", data = "";
        while (await ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                    return (name, data);
                name = "message";
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].TrimStart(' ');
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal) && data.Length + line.Length <= MostLine)
            {
                data = data.Length == 0 ? line[5..].TrimStart(' ') : $"{data}\n{line[5..].TrimStart(' ')}";
            }
        }
        return null;
    }

    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        var isTooLong = false;
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = isTooLong ? ":" : Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            if (_end == _buffer.Length)
                (isTooLong, _end) = (true, 0);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
                return null;
            Heard?.Invoke();
            _end += read;
        }
    }
}
