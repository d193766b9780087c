using System.Buffers;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// What one connection receives into: small blocks while it is slow, large ones once it has shown that it fills them. Thousands of slow
/// uploads then neither use up the budget of the fast ones nor touch its memory. For one receiving loop.
/// </summary>
internal sealed class ReceiveMemory(TransportMemoryPool pool) : MemoryPool<byte>
{
    /// <summary>
    /// Who brings so many bytes between two waits is fast. Several small blocks, not one: on a busy machine a slow client's last seconds lie ready
    /// together, and ten thousand of them would take all the large blocks (measured: 64 MB, docs/performance.md).
    /// </summary>
    public const int FastBytes = 4 * TransportMemoryPool.SmallBlockBytes;

    private long _sinceWait;
    private bool _isFast;
    private bool _isForetold;

    public override int MaxBufferSize => pool.MaxBufferSize;

    /// <summary>The connection is known to be fast: its first bytes already find a large block.</summary>
    public void Foretell() => _isFast = _isForetold = true;

    /// <summary>So many bytes were received at once.</summary>
    public void Received(int count)
    {
        _isForetold = false;
        _sinceWait += count;
        _isFast |= _sinceWait >= FastBytes;
    }

    /// <summary>Nothing more is there for now. What came since the last time tells how much will come the next time.</summary>
    public void Drained()
    {
        _isFast = _isForetold || _sinceWait >= FastBytes;
        _sinceWait = 0;
    }

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        _isFast ? pool.Rent(minBufferSize) : pool.RentSmall(minBufferSize);

    /// <summary>Nothing: the pool is everybody's.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
