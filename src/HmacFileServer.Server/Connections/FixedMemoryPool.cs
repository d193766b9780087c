using System.Buffers;
using System.Collections.Concurrent;

namespace HmacFileServer.Server.Connections;

/// <summary>Blocks of one size, without a budget: what `receive_buffer` with a fixed size receives into. Safe for use by several threads.</summary>
internal sealed class FixedMemoryPool(int size) : MemoryPool<byte>
{
    private readonly ConcurrentStack<byte[]> _free = [];

    public override int MaxBufferSize => size;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, size);
        return new Block(this, _free.TryPop(out var bytes) ? bytes : GC.AllocateUninitializedArray<byte>(size, pinned: true));
    }

    /// <summary>Nothing: the memory is the collector's once nobody holds it.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(FixedMemoryPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            // A second Dispose must not hand the same memory to two connections.
            if (Interlocked.Exchange(ref _bytes, null) is { } held)
                pool._free.Push(held);
        }
    }
}
