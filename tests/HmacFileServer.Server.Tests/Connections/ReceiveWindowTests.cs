using System.IO.Pipelines;
using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Tests.Connections;

/// <summary>Receiving pauses at a limit that may change, and goes on.</summary>
public sealed class ReceiveWindowTests
{
    [Fact]
    public void It_pauses_at_the_limit_and_goes_on_at_the_half()
    {
        var window = new ReceiveWindow(100);
        Assert.True(window.ReceivedAsync(99).AsTask().IsCompleted);
        var paused = window.ReceivedAsync(1).AsTask();
        Assert.False(paused.IsCompleted);
        window.Free(49);
        Assert.False(paused.IsCompleted);
        window.Free(1);
        Assert.True(paused.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_higher_limit_lets_go_on_and_a_lower_one_pauses_earlier()
    {
        var window = new ReceiveWindow(100);
        var paused = window.ReceivedAsync(100).AsTask();
        window.Limit = 200;
        Assert.True(paused.IsCompletedSuccessfully);
        window.Limit = 50;
        Assert.False(window.ReceivedAsync(1).AsTask().IsCompleted);
    }

    [Fact]
    public void When_nobody_reads_any_more_nothing_waits()
    {
        var window = new ReceiveWindow(10);
        var paused = window.ReceivedAsync(10).AsTask();
        window.End();
        Assert.True(paused.IsCompletedSuccessfully);
        Assert.True(window.ReceivedAsync(1000).AsTask().IsCompleted);
    }

    [Fact]
    public async Task However_a_reader_reads_nothing_is_held_at_the_end_and_never_more_than_is_there()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = new ReceiveWindow(1000);
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0));
            var reader = new ArrivedFirstReader(pipe.Reader, window);
            long written = 0, read = 0;
            for (var step = 0; step < 60; step++)
            {
                var count = random.Next(1, 9000);
                await pipe.Writer.WriteAsync(new byte[count]);
                _ = window.ReceivedAsync(count).AsTask();
                written += count;
                for (var look = random.Next(3); look > 0 && reader.TryRead(out var some); look--)
                {
                    var consumed = random.NextInt64(some.Buffer.Length + 1);
                    var examined = random.NextInt64(consumed, some.Buffer.Length + 1);
                    reader.AdvanceTo(some.Buffer.GetPosition(consumed), some.Buffer.GetPosition(examined));
                    read += consumed;
                    Assert.InRange(window.Held, 0, written - read);
                }
            }
            await pipe.Writer.CompleteAsync();
            ReadResult last;
            do
            {
                last = await reader.ReadAsync();
                reader.AdvanceTo(last.Buffer.End);
            }
            while (!last.IsCompleted);
            Assert.Equal(0, window.Held);
        }
    }
}
