using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Tests.Connections;

/// <summary>Large blocks are for those who fill them.</summary>
public sealed class ReceiveMemoryTests
{
    [Fact]
    public void Slow_connections_use_nothing_of_the_budget()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 4);
        using var slow = new ReceiveMemory(pool);
        for (var i = 0; i < 10; i++)
        {
            using var block = slow.Rent();
            Assert.Equal((TransportMemoryPool.SmallBlockBytes, 0), (block.Memory.Length, pool.LargeInUse));
            slow.Received(ReceiveMemory.FastBytes / 2); // some seconds at once
            slow.Drained();
        }
    }

    [Fact]
    public void Who_is_known_to_be_fast_finds_a_large_block_at_the_first_byte_and_not_for_ever()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 4);
        using var known = new ReceiveMemory(pool);
        known.Foretell();
        known.Drained();
        using (var first = known.Rent())
            Assert.Equal(TransportMemoryPool.LargeBlockBytes, first.Memory.Length);
        known.Received(100);
        known.Drained();
        using var next = known.Rent();
        Assert.Equal(TransportMemoryPool.SmallBlockBytes, next.Memory.Length);
    }

    [Fact]
    public void Who_fills_several_blocks_gets_a_large_one_at_once_and_keeps_it_as_long_as_much_comes()
    {
        using var pool = new TransportMemoryPool(maxLargeBlocks: 4);
        using var fast = new ReceiveMemory(pool);
        fast.Received(ReceiveMemory.FastBytes);
        using (var next = fast.Rent())
            Assert.Equal(TransportMemoryPool.LargeBlockBytes, next.Memory.Length);
        fast.Drained();
        using (var afterWait = fast.Rent())
            Assert.Equal(TransportMemoryPool.LargeBlockBytes, afterWait.Memory.Length);
        fast.Received(100);
        fast.Drained();
        using (var slowNow = fast.Rent())
            Assert.Equal(TransportMemoryPool.SmallBlockBytes, slowNow.Memory.Length);
        Assert.Equal(0, pool.LargeInUse);
    }
}
