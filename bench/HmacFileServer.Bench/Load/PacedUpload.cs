using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Load;

/// <summary>
/// One connection that uploads files at a fixed rate by plain PUT, one after the other if it is told to. Never blocks: what the socket does
/// not take waits for the next turn. For one thread at a time.
/// </summary>
internal sealed class PacedUpload : IDisposable
{
    private readonly Peer _peer;
    private readonly Socket _socket;
    private readonly long _length;
    private readonly byte[] _answer = new byte[1024];
    private byte[] _head = [];
    private int _headSent;
    private long _bodySent;
    private int _answered;

    private PacedUpload(Peer peer, Socket socket, long length)
    {
        _peer = peer;
        _socket = socket;
        _length = length;
    }

    /// <summary>Files that were answered with 201.</summary>
    public int Finished { get; private set; }

    /// <summary>Why it cannot go on; null while it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>True when a file is under way.</summary>
    public bool IsBusy { get; private set; }

    public static async Task<PacedUpload> ConnectAsync(Peer peer, long length)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(peer.EndPoint);
        socket.Blocking = false;
        return new PacedUpload(peer, socket, length);
    }

    /// <summary>Begins the next file; its head leaves with the next bytes.</summary>
    public void Begin()
    {
        var target = _peer.NewTarget(_length);
        _head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"PUT {target} HTTP/1.1\r\nHost: {_peer.EndPoint}\r\nContent-Type: application/octet-stream\r\nContent-Length: {_length}\r\n\r\n"));
        (_headSent, _bodySent, _answered, IsBusy) = (0, 0, 0, true);
    }

    /// <summary>Sends so many bytes of the body, or what is left of it, and reads what was answered.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsBusy || Failure is not null)
            return;
        if (_headSent < _head.Length)
            _headSent += TrySend(_head.AsSpan(_headSent));
        if (_headSent == _head.Length)
            _bodySent += TrySend(bytes[..(int)Math.Min(bytes.Length, _length - _bodySent)]);
        ReadAnswer();
    }

    /// <summary>Looks for the answer to a body that was sent whole; sends nothing new.</summary>
    public void ReadAnswer()
    {
        while (IsBusy && Failure is null)
        {
            var count = _socket.Receive(_answer.AsSpan(_answered), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success || count == 0)
            {
                Failure = error == SocketError.Success ? "the server ended the connection" : error.ToString();
                return;
            }
            _answered += count;
            // An answer of ours is a head and a line of text; the rest of it, if it comes later, begins no line with HTTP.
            var text = Encoding.ASCII.GetString(_answer, 0, _answered);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            if (!text.StartsWith("HTTP/1.1 201 ", StringComparison.Ordinal) || _bodySent < _length)
            {
                Failure = $"answered '{text[..text.IndexOf('\r', StringComparison.Ordinal)]}' after {_bodySent} of {_length} bytes";
                return;
            }
            if (_answered - end - 4 < AnswerHead.ContentLength(text[..end]))
                continue;
            Finished++;
            IsBusy = false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        var count = _socket.Send(bytes, SocketFlags.None, out var error);
        if (error is SocketError.Success or SocketError.WouldBlock)
            return error == SocketError.Success ? count : 0;
        Failure ??= $"{error} after {_bodySent} of {_length} bytes";
        return 0;
    }
}
