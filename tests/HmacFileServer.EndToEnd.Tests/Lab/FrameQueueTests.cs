using HmacFileServer.Lab.Relay;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>The ring in which frames travel, held against a plain queue over many random steps.</summary>
public sealed class FrameQueueTests
{
    [Theory]
    [InlineData(1, 4096)]
    [InlineData(2, 8192)]
    [InlineData(3, 10000)]
    [InlineData(4, 65536)]
    public unsafe void Frames_come_out_whole_and_in_order(int seed, int capacity)
    {
        var random = new Random(seed);
        using var queue = new FrameQueue(capacity);
        var model = new Queue<(byte[] Frame, long Due)>();
        var refused = 0;
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(100) < 52)
            {
                var frame = new byte[random.Next(1, 1515)];
                random.NextBytes(frame);
                fixed (byte* bytes = frame)
                {
                    if (queue.TryEnqueue(bytes, frame.Length, step, step * 2L))
                        model.Enqueue((frame, step * 2L));
                    else
                        refused++;
                }
            }
            else if (model.TryDequeue(out var expected))
            {
                var record = queue.Peek();
                Assert.Equal(expected.Due, record->Due);
                Assert.True(new ReadOnlySpan<byte>(record + 1, record->Length).SequenceEqual(expected.Frame));
                queue.Dequeue();
            }
            Assert.Equal(model.Count, queue.Count);
            if (step % 5000 == 4999)
                queue.Reserve(capacity += 1000); // grows with frames inside
        }
        Assert.True(refused > 0, "the ring was never full, so its limit was not tried");
    }

    [Fact]
    public unsafe void An_empty_queue_takes_nearly_its_whole_capacity()
    {
        using var queue = new FrameQueue(16 * 1024);
        var frame = stackalloc byte[1514];
        var taken = 0;
        while (queue.TryEnqueue(frame, 1514, 0, 0))
            taken++;
        Assert.Equal(16 * 1024 / FrameQueue.Footprint(1514), taken);
        for (var i = 0; i < taken; i++)
            queue.Dequeue();
        Assert.True(queue.Peek() is null);
        Assert.True(queue.TryEnqueue(frame, 1514, 0, 0));
    }
}
