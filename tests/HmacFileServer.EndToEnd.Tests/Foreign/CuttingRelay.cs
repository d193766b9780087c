using System.Net;
using System.Net.Sockets;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>
/// Stands before a server and resets connections, both ends, once so many bytes of the client have passed. Each cut is made once; then
/// everything passes. Counts what the client sent.
/// </summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly bool _ofServer;
    private readonly IPEndPoint _server;
    private readonly Queue<long> _cuts;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new(); // guards _cuts
    private readonly Task _accepting;
    private long _sent;
    private int _made;

    /// <param name="server">Where to.</param>
    /// <param name="cuts">After how many bytes from the client, over all connections, each cut is made.</param>
    public CuttingRelay(IPEndPoint server, params long[] cuts)
        : this(server, new IPEndPoint(LoopbackAddress.Next(), 0), ofServer: false, cuts)
    {
    }

    /// <param name="server">Where to.</param>
    /// <param name="at">Where it listens.</param>
    /// <param name="ofServer">What the server sends is counted, and not what the client does.</param>
    /// <param name="cuts">After how many bytes, over all connections, each cut is made.</param>
    public CuttingRelay(IPEndPoint server, IPEndPoint at, bool ofServer, params long[] cuts)
    {
        _listener = new TcpListener(at);
        _ofServer = ofServer;
        _server = server;
        _cuts = new Queue<long>(cuts);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Which byte of the counted direction, over all connections, arrives with one bit turned; null for none.</summary>
    public long? Damaged { get; init; }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>Bytes of the counted direction, heads included.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public int CutsMade => Volatile.Read(ref _made);

    /// <summary>Resets every connection and takes no more.</summary>
    public async Task DropAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptSocketAsync(_ended.Token);
            _ = RelayAsync(client);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server, _ended.Token);
                await Task.WhenAny(CopyAsync(client, server, count: !_ofServer), CopyAsync(server, client, count: _ofServer));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The relay ends with its ends.
            }
            foreach (var end in (Socket[])[client, server])
            {
                if (end.Connected)
                    end.LingerState = new LingerOption(true, 0);
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool count)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and var read)
        {
            if (count && IsCut(buffer.AsSpan(0, read)))
                return;
            for (var at = 0; at < read;)
                at += await to.SendAsync(buffer.AsMemory(at, read - at), _ended.Token);
        }
    }

    private bool IsCut(Span<byte> bytes)
    {
        var sent = Interlocked.Add(ref _sent, bytes.Length);
        if (Damaged is { } damaged && sent > damaged && sent - bytes.Length <= damaged)
            bytes[(int)(damaged - (sent - bytes.Length))] ^= 1;
        lock (_gate)
        {
            if (!_cuts.TryPeek(out var at) || sent < at)
                return false;
            _cuts.Dequeue();
        }
        Interlocked.Increment(ref _made);
        return true;
    }
}
