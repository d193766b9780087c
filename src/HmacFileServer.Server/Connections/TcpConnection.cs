using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using HmacFileServer.Core.Tuning;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// One TCP connection under Kestrel. It differs from Kestrel's own in what uploads need: after a reset or an end every byte
/// that had been received is still given out; an abort is a reset, seen by the other side at once; and a connection that
/// ends with unread bytes lingers, so that the answer is not lost to the reset that the kernel would send.
/// </summary>
internal sealed class TcpConnection : DefaultConnectionContext, IMemoryPoolFeature, IEarlyAnswer
{
    private const int SendAhead = 256 * 1024;

    /// <summary>Room that a receive has at least, in bytes; a block with less left is not worth a system call.</summary>
    private const int LeastRoom = 2048;

    /// <summary>How much is thrown away, and for how long, before a connection with an unread body ends (bytes).</summary>
    private const long MostDiscarded = 64L * 1024 * 1024;
    private static readonly TimeSpan LongestLinger = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly ReceiveMemory? _received; // null if the buffer is fixed
    private readonly ReceiveSizer _sizer = new();
    private readonly ReceiveWindow _window;
    private readonly long _origin;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly ArrivedFirstReader _reader;
    private readonly CancellationTokenSource _closed = new();
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private volatile bool _ending;
    private int _closedOnce;

    public TcpConnection(Socket socket, string id, ReceivePolicy receiving, TimeProvider clock)
        : base(id)
    {
        _socket = socket;
        _clock = clock;
        _origin = clock.GetTimestamp();
        MemoryPool = receiving.Shared;
        _received = receiving.Fixed is null ? new ReceiveMemory(receiving.Shared) : null;
        _window = new ReceiveWindow(receiving.FixedBytes > 0 ? receiving.FixedBytes : _sizer.Ahead);
        Meter = new ConnectionMeter(socket) { Ahead = _window.Limit };
        // The pipe itself never pauses: the window does, whose limit follows the connection.
        _input = new Pipe(new PipeOptions(_received ?? receiving.Fixed, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, 0, 0, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(receiving.Shared.ForAnswers, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, SendAhead, SendAhead / 2, useSynchronizationContext: false));
        _reader = new ArrivedFirstReader(_input.Reader, _window);
        Transport = new Duplex(_reader, _output.Writer);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        if (receiving.Known(RemoteEndPoint) is { } known)
            Follow(new ReceiveSeed(known.Throughput, known.Rtt, ReceiveSizer.Most));
        ConnectionClosed = _closed.Token;
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IEarlyAnswer>(this);
        Features.Set(Meter);
    }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>What came over it.</summary>
    public ConnectionMeter Meter { get; }

    public void Start()
    {
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    public void EndInput()
    {
        _ending = true;
        _reader.End();
    }

    /// <summary>Ends the connection at once, by a reset; after <see cref="EndInput"/> the end is on its way already, and gentle.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_ending)
            Reset();
    }

    public override async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await _output.Writer.CompleteAsync();
        await _sending;
        await using (_clock.CreateTimer(static c => ((TcpConnection)c!)._socket.Dispose(), this, LongestLinger, Timeout.InfiniteTimeSpan))
            await _receiving;
        _socket.Dispose();
        FireClosed();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        var isReset = false;
        try
        {
            if (!await ReceiveUntilEndAsync())
                await DiscardAsync();
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            isReset = true;
        }
        // Without the exception: a pipe that has one gives nothing out any more, and what was received is the uploads'.
        await _input.Writer.CompleteAsync();
        if (isReset)
            FireClosed();
    }

    /// <summary>True at the client's end; false when nobody reads any more.</summary>
    private async Task<bool> ReceiveUntilEndAsync()
    {
        var writer = _input.Writer;
        var isDrained = true;
        while (true)
        {
            if (isDrained && _received is not null)
            {
                _received.Drained();
                var from = Elapsed;
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None); // thousands that wait hold no memory
                _sizer.Waited(from, Elapsed);
            }
            var memory = writer.GetMemory(LeastRoom);
            var count = await _socket.ReceiveAsync(memory, SocketFlags.None);
            if (count == 0)
                return true;
            isDrained = count < memory.Length;
            Meter.Received(count);
            if (_received is not null)
            {
                _received.Received(count);
                Follow(count);
            }
            writer.Advance(count);
            if ((await writer.FlushAsync()).IsCompleted)
                return false;
            await _window.ReceivedAsync(count);
        }
    }

    private TimeSpan Elapsed => _clock.GetElapsedTime(_origin);

    /// <summary>The limit follows what comes: measured every 50 ms at most, with one look at the kernel's round trip.</summary>
    private void Follow(int count)
    {
        var now = Elapsed;
        if (Meter.TakeSeed() is { } seed)
            Follow(seed);
        if (!_sizer.Arrived(count, now))
            return;
        _sizer.Measure(now, Meter.TryRead(out var sample) ? sample.MinRtt : TimeSpan.Zero);
        _window.Limit = Meter.Ahead = _sizer.Ahead;
    }

    private void Follow(ReceiveSeed seed)
    {
        _sizer.Seed(seed.Rate, seed.Rtt, seed.Most);
        _window.Limit = Meter.Ahead = _sizer.Ahead;
        // What fills a small block within a millisecond is worth a large one.
        if (seed.Rate >= TransportMemoryPool.SmallBlockBytes * 1000)
            _received!.Foretell();
    }

    private async Task DiscardAsync()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var left = MostDiscarded; left > 0;)
            {
                var count = await _socket.ReceiveAsync(scratch, SocketFlags.None);
                if (count == 0)
                    return;
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private async Task SendAsync()
    {
        var reader = _output.Reader;
        var isWhole = false;
        try
        {
            while (!isWhole)
            {
                var result = await reader.ReadAsync();
                if (result.IsCanceled)
                    break;
                foreach (var piece in result.Buffer)
                {
                    for (var sent = 0; sent < piece.Length;)
                        sent += await _socket.SendAsync(piece[sent..], SocketFlags.None);
                }
                reader.AdvanceTo(result.Buffer.End);
                isWhole = result.IsCompleted;
            }
            if (isWhole)
                _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            isWhole = false;
        }
        await reader.CompleteAsync();
        if (!isWhole)
            Reset();
    }

    private void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // it has ended already
        }
        _socket.Dispose();
        _output.Reader.CancelPendingRead();
        _input.Writer.CancelPendingFlush();
        _window.End();
        FireClosed();
    }

    private void FireClosed()
    {
        if (Interlocked.Exchange(ref _closedOnce, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static c => c._closed.Cancel(), this, preferLocal: false);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
