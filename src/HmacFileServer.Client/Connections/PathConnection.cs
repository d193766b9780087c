using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Traffic;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Connections;

/// <summary>
/// One connection to the server, bound to one interface. Requests are pipelined (RFC 9112 §9.3.2): the next segment's head
/// follows the last one's body without a wait, so that the pipe never idles for want of an answer. One loop writes, one reads;
/// both are started by <see cref="OpenAsync"/> and end with the connection.
/// </summary>
internal sealed partial class PathConnection : IAsyncDisposable
{
    /// <summary>Bytes handed to the socket at once; small, so that little is in doubt when a connection dies.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>Smaller pieces cost more system calls than they save.</summary>
    private const int LeastPiece = 16 * 1024;

    /// <summary>
    /// Unsent bytes that the kernel may queue (TCP_NOTSENT_LOWAT). What waits in a socket is lost to a path that dies; two
    /// pieces keep a 1 Gbit/s path busy for a millisecond, longer than the writer needs to come back.
    /// </summary>
    private const int NotSentLowWater = 2 * Piece;

    /// <summary>
    /// Segments in the pipe without an answer. A segment is taken only when the socket has room for its first bytes, so this is no bound on
    /// bytes; 64 of the smallest are 4 MB, enough for 20 Mbit/s and a second of delay.
    /// </summary>
    private const int MaxOutstanding = 64;

    /// <summary>A congestion control by measured rate: in Linux since 4.9, and in what most distributions build.</summary>
    private const string LossTolerant = "bbr";

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly IConnectionOwner _owner;
    private readonly RequestText _text;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentQueue<PendingRequest> _controls = new();
    private readonly ConcurrentQueue<PendingRequest> _pending = new();
    private volatile int _bufferSize;
    private volatile int _piece = Piece;
    private readonly IPAddress? _localAddress;
    private RateLimit? _limit;
    private Task _loops = Task.CompletedTask;
    private Segment? _refused; // the owner's loop alone
    private int _unanswered;
    private int _aborted;

    // The writer's alone, and read behind its end: bytes given to the socket in sends that returned, bytes of the send under way,
    // and the segment that they belong to.
    private long _written;
    private long _writing;
    private Segment? _current;

    private PathConnection(PathCandidate path, Socket socket, Stream stream, IConnectionOwner owner, RequestText text, int bufferSize, TimeProvider time)
    {
        Path = path;
        _socket = socket;
        _stream = stream;
        _owner = owner;
        _text = text;
        _bufferSize = bufferSize;
        _time = time;
        _takesFiles = stream is NetworkStream;
        _localAddress = (socket.LocalEndPoint as IPEndPoint)?.Address;
    }

    public PathCandidate Path { get; }

    /// <summary>The address at the other end.</summary>
    public required IPAddress RemoteAddress { get; init; }

    /// <summary>Bytes read from the file at once; a change counts from the next read on.</summary>
    public int BufferSize
    {
        get => _bufferSize;
        set => _bufferSize = value;
    }

    /// <summary>How long the TCP handshake took: the first measure of the path's round trip.</summary>
    public TimeSpan HandshakeTime { get; private init; }

    public bool IsAborted => Volatile.Read(ref _aborted) != 0;

    /// <summary>Bytes in the socket's send queue when the connection was ended: what the path still had in flight.</summary>
    public int InFlightAtEnd { get; private set; }

    /// <summary>True if the segment was written, or was being written, to this connection and has no answer, or was refused on it.</summary>
    public bool Took(Segment segment) => _refused == segment || _pending.Any(p => p.Segment == segment);

    /// <summary>The server refused a segment, whose body may still be on its way: the connection is of no more use.</summary>
    public void Refuse(Segment segment)
    {
        _refused ??= segment;
        Abort();
    }

    /// <summary>True while the address that the connection is bound to is still one of the interface's.</summary>
    public bool IsStillValid(PathCandidate path) =>
        path.Interface is null || _localAddress is null || path.Interface.Addresses.Contains(_localAddress);

    /// <summary>Requests without an answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Connects over the path's interface, TLS included, and starts the loops. The server's addresses are tried in turn.</summary>
    public static async Task<PathConnection> OpenAsync(PathCandidate path, ServerEndpoint server, IConnectionOwner owner,
        RequestText text, int bufferSize, TimeProvider time, CancellationToken cancellation, RateLimit? limit = null)
    {
        var addresses = path.Choose(server.Addresses);
        if (addresses.Count == 0)
            throw new IOException($"{path.Name} has no route to {server.Host}.");
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(path, server, addresses[i], owner, text, bufferSize, time, cancellation, limit);
            }
            catch (SocketException) when (i < addresses.Count - 1)
            {
                // A name often has an address of a family that the server does not listen on.
            }
        }
    }

    private static async Task<PathConnection> ConnectAsync(PathCandidate path, ServerEndpoint server, IPAddress address, IConnectionOwner owner,
        RequestText text, int bufferSize, TimeProvider time, CancellationToken cancellation, RateLimit? limit = null)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            path.Bind(socket, address);
            TcpTuning.SetNotSentLowWater(socket, NotSentLowWater);
            var started = time.GetTimestamp();
            await socket.ConnectAsync(address, server.Port, cancellation);
            var took = time.GetElapsedTime(started);
            stream = new NetworkStream(socket, ownsSocket: false);
            if (server.TunnelTo is not null)
                await ProxyTunnel.OpenAsync(stream, server, cancellation);
            if (server.Tls is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(server.Tls, cancellation);
                stream = tls;
            }
            var connection = new PathConnection(path, socket, stream, owner, text, bufferSize, time) { HandshakeTime = took, RemoteAddress = address, _limit = limit };
            connection._loops = connection.RunAsync();
            return connection;
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the kernel knows of the connection; false once it is over, or where the system does not tell.</summary>
    public bool TrySample(out TcpSample sample)
    {
        sample = default;
        try
        {
            return !IsAborted && TcpInfo.TryRead(_socket, out sample);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Goes on with a congestion control that does not take every lost segment for congestion; says in words what came of it.</summary>
    public string BearLoss()
    {
        try
        {
            var before = TcpTuning.GetCongestionControl(_socket);
            if (before == LossTolerant)
                return $"{LossTolerant} is in use already";
            var result = TcpTuning.SetCongestionControl(_socket, LossTolerant);
            return result.Applied ? $"{before} gives way to {LossTolerant}" : $"{before} stays: {result.Reason}";
        }
        catch (ObjectDisposedException)
        {
            return "the connection is over";
        }
    }

    /// <summary>
    /// Bounds what waits unsent in the kernel, and with it the pieces that it is given: on a slow path little is in doubt when it dies.
    /// </summary>
    /// <param name="bytes">1 or more.</param>
    /// <returns>What is in force; 0 where the system has no such bound.</returns>
    public int SetNotSent(int bytes)
    {
        try
        {
            if (!TcpTuning.SetNotSentLowWater(_socket, bytes).Applied)
                return 0;
            _piece = Math.Clamp(bytes, LeastPiece, Piece);
            return bytes;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>There may be a segment to send.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>Asks which bytes the server has. The question goes out before the next segment.</summary>
    public void Ask(object tag) => Enqueue(new PendingRequest(RequestKind.Head, null, _time.GetTimestamp()) { Tag = tag });

    /// <summary>Asks who is there.</summary>
    public void Prove() => Enqueue(new PendingRequest(RequestKind.Proof, null, _time.GetTimestamp()));

    /// <summary>Asks for a sign of life.</summary>
    public void Ping() => Enqueue(new PendingRequest(RequestKind.Ping, null, _time.GetTimestamp()));

    /// <summary>Ends the connection now. <see cref="IConnectionOwner.Ended"/> follows from the loops.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
            _ended.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _loops;
    }

    private void Enqueue(PendingRequest request)
    {
        _controls.Enqueue(request);
        Wake();
    }

    private async Task RunAsync()
    {
        // The first await hands the thread back to OpenAsync's caller, which must know the connection before its news arrive.
        await Task.Yield();
        var writer = WriteAsync();
        var reader = ReadAsync();
        var first = await Task.WhenAny(writer, reader);
        Abort();
        await Task.WhenAll(Quiet(writer), Quiet(reader));
        CountWhatTheSocketTook();
        Close();
        _owner.Ended(this, first.Exception?.InnerException);
    }

    /// <summary>
    /// Resets the connection: an orderly end would first deliver what is queued, long after other paths have sent those bytes.
    /// </summary>
    private void Close()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        _stream.Dispose();
        _ended.Dispose();
    }

    private static async Task Quiet(Task loop) => await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task ReadAsync()
    {
        var reader = new ResponseReader(_stream);
        while (true)
        {
            var answer = await reader.ReadAsync(() => _pending.TryPeek(out var p) && p.Kind == RequestKind.Head, _ended.Token)
                ?? throw new EndOfStreamException("The server closed the connection.");
            if (!_pending.TryDequeue(out var request))
                throw new ProtocolException("The server answered a request that was not sent.");
            Interlocked.Decrement(ref _unanswered);
            _owner.Answered(this, request, answer);
            Wake();
            if (answer.Closes)
                throw new EndOfStreamException("The server closed the connection.");
        }
    }
}
