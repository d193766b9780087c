using System.Buffers;
using System.Collections.Concurrent;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// The memory that Kestrel receives into. Kestrel asks for 4 KB, and receives at most one block in one system call: with blocks of
/// 4 KB a gigabyte costs 262144 of them. So it is given more than it asks for, as long as the budget lasts; beyond it (very many
/// connections, or an attacker who holds them open) it gets what it asked for, and everything goes on at Kestrel's usual cost.
/// A connection that waits for its next request holds no block. Safe for use by several threads.
/// </summary>
public sealed class TransportMemoryPool : MemoryPool<byte>
{
    /// <summary>
    /// 128 KB: measured, a PUT of 1 GB costs the server 1.7 s of processor with 4 KB blocks, 1.1 s with 64 KB, 0.7 to 0.9 s with 128 KB
    /// and no less with 256 KB or 1 MB.
    /// </summary>
    public const int LargeBlockBytes = 128 * 1024;

    /// <summary>What Kestrel asks for at least.</summary>
    public const int SmallBlockBytes = 4096;

    /// <summary>64 MB in large blocks at most: a hundred uploads at full speed.</summary>
    public const int DefaultLargeBlocks = 512;

    // 32 MB: enough for ten thousand slow connections, most of which wait. Pinned memory that is dropped is only found by the rarest
    // collections, so dropping costs more than keeping; what an attacker made us allocate beyond this is not kept.
    private const int MaxFreeSmallBlocks = 8192;

    private readonly FreeBlocks _large;
    private readonly FreeBlocks _small = new(MaxFreeSmallBlocks);
    private readonly int _maxLargeBlocks;
    private int _largeInUse;

    /// <param name="maxLargeBlocks">The budget; 0 or more.</param>
    public TransportMemoryPool(int maxLargeBlocks = DefaultLargeBlocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLargeBlocks);
        _maxLargeBlocks = maxLargeBlocks;
        _large = new FreeBlocks(maxLargeBlocks);
        ForAnswers = new SendMemory(this);
    }

    /// <summary>The same memory for what is sent: small blocks unless more is asked for.</summary>
    public MemoryPool<byte> ForAnswers { get; }

    public override int MaxBufferSize => LargeBlockBytes;

    /// <summary>How many large blocks are rented out.</summary>
    public int LargeInUse => Volatile.Read(ref _largeInUse);

    /// <summary>Rents a block. Whoever asks for more than <see cref="SmallBlockBytes"/> gets a large one whatever the budget says.</summary>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBlockBytes);
        if (Interlocked.Increment(ref _largeInUse) <= _maxLargeBlocks || minBufferSize > SmallBlockBytes)
            return Take(_large, LargeBlockBytes);
        Interlocked.Decrement(ref _largeInUse);
        return Take(_small, SmallBlockBytes);
    }

    /// <summary>Rents a block of <see cref="SmallBlockBytes"/>, whatever is left of the budget; a large one for whoever asks for more.</summary>
    public IMemoryOwner<byte> RentSmall(int minBufferSize = -1) =>
        minBufferSize > SmallBlockBytes ? Rent(minBufferSize) : Take(_small, SmallBlockBytes);

    /// <summary>Nothing: the memory is the collector's once nobody holds it.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    private Block Take(FreeBlocks free, int size)
    {
        var block = free.TryTake() ?? new Block(this, size);
        block.Rented();
        return block;
    }

    private void Return(Block block)
    {
        if (block.Memory.Length == SmallBlockBytes)
        {
            _small.Keep(block);
            return;
        }
        _large.Keep(block);
        Interlocked.Decrement(ref _largeInUse);
    }

    private sealed class FreeBlocks(int max)
    {
        private readonly ConcurrentStack<Block> _blocks = [];
        private int _count;

        public Block? TryTake()
        {
            if (!_blocks.TryPop(out var block))
                return null;
            Interlocked.Decrement(ref _count);
            return block;
        }

        public void Keep(Block block)
        {
            if (Interlocked.Increment(ref _count) <= max)
                _blocks.Push(block);
            else
                Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Memory that never moves, so that the kernel can write into it without it being pinned for each call.</summary>
    private sealed class Block(TransportMemoryPool pool, int size) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        private int _rented;

        public Memory<byte> Memory => _bytes;

        public void Rented() => Volatile.Write(ref _rented, 1);

        public void Dispose()
        {
            // A second Dispose must not hand the same memory to two connections.
            if (Interlocked.Exchange(ref _rented, 0) == 1)
                pool.Return(this);
        }
    }
}
