using System.Buffers;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// What answers are written into: a small block, unless more is asked for, as a download does. Most answers are a few hundred bytes, and
/// thousands at the same moment would otherwise take all the large blocks. Safe for use by several threads.
/// </summary>
internal sealed class SendMemory(TransportMemoryPool pool) : MemoryPool<byte>
{
    public override int MaxBufferSize => pool.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => pool.RentSmall(minBufferSize);

    /// <summary>Nothing: the pool is everybody's.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
