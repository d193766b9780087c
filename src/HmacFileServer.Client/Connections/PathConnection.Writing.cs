using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Platform;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Connections;

/// <summary>The part of a connection that writes, and knows what the socket took.</summary>
internal sealed partial class PathConnection
{
    /// <summary>Bytes of a file offered to the socket in one call, which takes what it has room for.</summary>
    private const int MostAtOnce = 1024 * 1024;

    /// <summary>Bytes that are copied so that there is a send to wait for; few, beside what the socket takes once it has room.</summary>
    private const int CopiedToWait = 4 * 1024;

    private bool _takesFiles; // the writer's alone

    private async Task WriteAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_bufferSize);
        try
        {
            while (!IsAborted)
            {
                if (_controls.TryDequeue(out var control))
                    await SendControlAsync(control);
                else if (Unanswered < MaxOutstanding && _owner.Next(this) is { } segment)
                {
                    buffer = Fitting(buffer);
                    await SendSegmentAsync(segment, buffer);
                }
                else
                    await _wake.WaitAsync(_ended.Token);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Fitting(byte[] buffer)
    {
        if (buffer.Length >= _bufferSize)
            return buffer;
        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(_bufferSize);
    }

    private async Task SendControlAsync(PendingRequest request)
    {
        Pend(request);
        await SendAsync(_owner.HeadOf(_text, request));
    }

    private async Task SendSegmentAsync(Segment segment, byte[] buffer)
    {
        var request = new PendingRequest(RequestKind.Segment, segment, _time.GetTimestamp());
        Pend(request);
        await SendAsync(_owner.HeadOf(_text, request));
        if (_takesFiles && _owner.File is { } file)
            await SendFileAsync(segment, file, buffer);
        else
            await SendCopyAsync(segment, segment.Range.Start, buffer);
    }

    /// <summary>The body from an offset on, read into the buffer and sent from there: what TLS needs, and systems without sendfile(2).</summary>
    private async Task SendCopyAsync(Segment segment, long offset, byte[] buffer)
    {
        while (offset < segment.Range.End)
        {
            var read = (int)Math.Min(Math.Min(_bufferSize, buffer.Length), segment.Range.End - offset);
            _owner.Read(offset, buffer.AsSpan(0, read));
            for (int at = 0, piece; at < read; at += piece)
            {
                piece = Math.Min(_piece, read - at);
                if (_limit is not null)
                    await _limit.TakeAsync(piece, _ended.Token);
                await SendBodyAsync(segment, buffer.AsMemory(at, piece));
            }
            offset += read;
        }
    }

    /// <summary>
    /// The body, given to the socket by the kernel itself, as much as it has room for at once. Where it has none, the next few bytes go as a copy: that
    /// is a send which can be waited for, and returns when there is room again.
    /// </summary>
    private async Task SendFileAsync(Segment segment, SafeFileHandle file, byte[] buffer)
    {
        for (var offset = segment.Range.Start; offset < segment.Range.End;)
        {
            var granted = (int)Math.Min(_limit is null ? MostAtOnce : Math.Max(_piece, _limit.Share), segment.Range.End - offset);
            if (_limit is not null)
                await _limit.TakeAsync(granted, _ended.Token);
            for (var end = offset + granted; offset < end;)
            {
                _ended.Token.ThrowIfCancellationRequested();
                var sent = HandFile(segment, file, offset, (int)(end - offset));
                if (sent == FileToSocket.NotSupported)
                {
                    _takesFiles = false;
                    await SendCopyAsync(segment, offset, buffer);
                    return;
                }
                offset += sent;
                if (offset == end)
                    break;
                var copied = (int)Math.Min(Math.Min(CopiedToWait, buffer.Length), end - offset);
                _owner.Read(offset, buffer.AsSpan(0, copied));
                await SendBodyAsync(segment, buffer.AsMemory(0, copied));
                offset += copied;
            }
        }
    }

    /// <summary>How many bytes the socket took, or <see cref="FileToSocket.NotSupported"/>. A call takes what it says and nothing else, however it ends.</summary>
    private int HandFile(Segment segment, SafeFileHandle file, long offset, int count)
    {
        segment.AddHanded(count);
        var sent = 0;
        try
        {
            sent = FileToSocket.TrySend(_socket, file, offset, count);
        }
        finally
        {
            segment.AddHanded(Math.Max(0, sent) - count);
        }
        if (sent == FileToSocket.EndOfFile)
        {
            _owner.Read(offset, new byte[1]); // says in its own words that the file became shorter
            return 0;
        }
        _written += Math.Max(0, sent);
        return sent;
    }

    private async ValueTask SendBodyAsync(Segment segment, ReadOnlyMemory<byte> bytes)
    {
        // Counted before the send: a byte that may have left must never be taken for one that has not.
        segment.AddHanded(bytes.Length);
        _current = segment;
        await SendAsync(bytes);
        _current = null;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _writing = bytes.Length;
        await _stream.WriteAsync(bytes, _ended.Token);
        _written += bytes.Length;
        _writing = 0;
    }

    private void Pend(PendingRequest request)
    {
        Interlocked.Increment(ref _unanswered);
        _pending.Enqueue(request);
    }

    /// <summary>
    /// A send that was cut off has given a part of its bytes to the kernel. What the kernel took in all is what the peer acknowledged
    /// and what is still queued, so the rest of the piece was never handed over and is taken back from the count.
    /// </summary>
    private void CountWhatTheSocketTook()
    {
        try
        {
            if (!TcpInfo.TryRead(_socket, out var sample))
                return;
            InFlightAtEnd = sample.SendQueueBytes;
            if (_current is null || _stream is SslStream)
                return;
            // The acknowledged count of an established connection includes the SYN.
            var taken = (long)sample.BytesAcked - 1 + sample.SendQueueBytes - _written;
            if (taken >= 0 && taken < _writing)
                _current.AddHanded(taken - _writing);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket is gone already: the upper bound stands.
        }
    }
}
