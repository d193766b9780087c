using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Testing.Kills;

/// <summary>
/// Sends requests, each on a connection of its own, and reads the answers, the interim ones too: less than an HTTP client, so that it
/// is known what was said, and nothing is sent again behind one's back. Used by several threads.
/// </summary>
internal sealed class WireClient(IPEndPoint server, KillTrigger? trigger = null)
{
    private const int PieceBytes = 16 * 1024;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    /// <summary>Sends a request and returns its answer; null if the server ended before it had answered in full.</summary>
    /// <param name="head">Request line and fields, separated by LF; host, length and `Connection` are added.</param>
    /// <param name="body">The content.</param>
    /// <param name="interim">Told of every 1xx answer.</param>
    public async Task<WireAnswer?> SendAsync(string head, ReadOnlyMemory<byte> body = default, Action<WireAnswer>? interim = null)
    {
        using var socket = await ConnectAsync();
        if (socket is null)
            return null;
        var reading = ReadAsync(socket, head, interim);
        await WriteAsync(socket, head, body, body.Length);
        var answer = await reading.WaitAsync(AnswerLimit, TimeProvider.System);
        if (answer is not null)
            trigger?.Answered();
        return answer;
    }

    /// <summary>Sends the begin of a request and leaves it so: null if the server has ended. Whoever disposes the socket ends the request.</summary>
    public async Task<IDisposable?> LeaveAsync(string head, ReadOnlyMemory<byte> begin, long length)
    {
        var socket = await ConnectAsync();
        if (socket is not null)
            await WriteAsync(socket, head, begin, length);
        return socket;
    }

    private async Task<Socket?> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task WriteAsync(Socket socket, string head, ReadOnlyMemory<byte> body, long length)
    {
        try
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{head}\nHost: {server}\nConnection: close\nContent-Length: {length}\n\n");
            await socket.SendAsync(Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
            for (var sent = 0; sent < body.Length; sent += PieceBytes)
            {
                var piece = body.Slice(sent, Math.Min(PieceBytes, body.Length - sent));
                await socket.SendAsync(piece);
                trigger?.Sent(piece.Length);
            }
        }
        catch (SocketException)
        {
            // It answered already, or it is dead: the reading side knows.
        }
    }

    private static async Task<WireAnswer?> ReadAsync(Socket socket, string head, Action<WireAnswer>? interim)
    {
        var request = head[..(head.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : head.Length)];
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var count)
                received.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // What came before counts all the same.
        }
        var bytes = received.ToArray().AsSpan();
        while (TryReadHead(request, ref bytes, out var answer))
        {
            if (answer.Status >= 200)
            {
                var length = request.StartsWith("HEAD", StringComparison.Ordinal) || answer.Status == 204 ? 0 : answer.Number("Content-Length") ?? 0;
                return bytes.Length >= length ? answer with { Body = bytes[..(int)length].ToArray() } : null;
            }
            interim?.Invoke(answer);
        }
        return null;
    }

    private static bool TryReadHead(string request, ref Span<byte> bytes, out WireAnswer answer)
    {
        answer = null!;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        bytes = bytes[(end + 4)..];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        answer = new WireAnswer(request, int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, []);
        return true;
    }
}
