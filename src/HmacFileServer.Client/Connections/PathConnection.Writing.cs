using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Connections;

/// <summary>The part of a connection that writes, and knows what the socket took.</summary>
internal sealed partial class PathConnection
{
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
        var offset = segment.Range.Start;
        while (offset < segment.Range.End)
        {
            var read = (int)Math.Min(Math.Min(_bufferSize, buffer.Length), segment.Range.End - offset);
            _owner.Read(offset, buffer.AsSpan(0, read));
            for (int at = 0, piece; at < read; at += piece)
            {
                piece = Math.Min(_piece, read - at);
                if (_limit is not null)
                    await _limit.TakeAsync(piece, _ended.Token);
                // Counted before the send: a byte that may have left must never be taken for one that has not.
                segment.AddHanded(piece);
                _current = segment;
                await SendAsync(buffer.AsMemory(at, piece));
                _current = null;
            }
            offset += read;
        }
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
