using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>A client that puts on the wire exactly the bytes that a test gives it.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<byte> _unread = [];

    public Socket Socket => socket;

    /// <param name="head">Request line and headers, one a line; the empty line is added.</param>
    /// <param name="body">What follows.</param>
    public Task SendAsync(string head, byte[]? body = null)
    {
        var bytes = Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n").TrimEnd() + "\r\nHost: test\r\n\r\n");
        return SendAsync(body is null ? bytes : [.. bytes, .. body]);
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    public async Task<RawResponse> ReadResponseAsync(bool isHead = false)
    {
        var end = -1;
        while ((end = IndexOfEmptyLine()) < 0)
            await ReceiveAsync();
        var lines = Encoding.Latin1.GetString([.. _unread[..end]]).Split("\r\n");
        _unread.RemoveRange(0, end + 4);
        var headers = lines[1..].Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        if (isHead || status is 204 or 304 or (>= 100 and < 200))
            return new RawResponse(status, headers, []);
        byte[] body;
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
            body = await ReadChunkedAsync();
        else
            body = await TakeAsync(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        return new RawResponse(status, headers, body);
    }

    /// <summary>Waits until the server has ended the connection; true if by a reset.</summary>
    public async Task<bool> WaitForEndAsync()
    {
        try
        {
            while (await ReceiveSomeAsync() > 0)
            {
                // whatever comes before the end
            }
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Ends the connection with a reset instead of a FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]> ReadChunkedAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var line = await ReadLineAsync();
            var size = int.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(await TakeAsync(size));
            await TakeAsync(2);
            if (size == 0)
                return [.. body];
        }
    }

    private async Task<string> ReadLineAsync()
    {
        int at;
        while ((at = _unread.IndexOf((byte)'\n')) < 0)
            await ReceiveAsync();
        return Encoding.Latin1.GetString(await TakeAsync(at + 1)).TrimEnd();
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_unread.Count < count)
            await ReceiveAsync();
        byte[] taken = [.. _unread[..count]];
        _unread.RemoveRange(0, count);
        return taken;
    }

    private int IndexOfEmptyLine()
    {
        for (var i = 0; i + 3 < _unread.Count; i++)
        {
            if (_unread[i] == '\r' && _unread[i + 1] == '\n' && _unread[i + 2] == '\r' && _unread[i + 3] == '\n')
                return i;
        }
        return -1;
    }

    private async Task ReceiveAsync()
    {
        if (await ReceiveSomeAsync() == 0)
            throw new EndOfStreamException($"The server ended the connection after: {Encoding.Latin1.GetString([.. _unread])}");
    }

    private async Task<int> ReceiveSomeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        var count = await socket.ReceiveAsync(buffer, patience.Token);
        _unread.AddRange(buffer.AsSpan(0, count));
        return count;
    }
}
