using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Core.Tests.Tuning;

public sealed class PathTunerTests
{
    private const int KB = 1024;
    private static readonly NetworkInterfacesOptions Table = new();

    [Fact]
    public void A_switch_takes_the_sizes_of_the_new_type_at_once()
    {
        var tuner = new PathTuner(Table.Wifi);
        Assert.Equal((512 * KB, 5 * 1024 * KB), (tuner.Buffer, tuner.Chunk));
        tuner.Lost();
        tuner.SwitchTo(Table.Lte, null);
        Assert.Equal((256 * KB, 2 * 1024 * KB), (tuner.Buffer, tuner.Chunk));
    }

    [Fact]
    public void Bandwidth_times_delay_and_stability_move_both()
    {
        var tuner = new PathTuner(Table.Lte);
        tuner.Follow(Quality(1_000_000, 90, 1));
        Assert.Equal((180_000, 500_000), (tuner.Buffer, tuner.Chunk));
        tuner.Follow(Quality(1_000_000, 90, 0.8));
        Assert.Equal((144_000, 400_000), (tuner.Buffer, tuner.Chunk));
        tuner.Follow(default);
        Assert.Equal((144_000, 400_000), (tuner.Buffer, tuner.Chunk));
    }

    [Fact]
    public void What_waits_unsent_follows_the_rate_and_is_never_more_than_the_buffer()
    {
        var tuner = new PathTuner(Table.Ethernet);
        Assert.Equal(128 * KB, tuner.NotSent);
        tuner.Follow(Quality(100_000, 60, 1)); // 1 KB in 10 ms
        Assert.Equal(16 * KB, tuner.NotSent);
        tuner.Follow(Quality(10_000_000, 20, 1)); // 100 KB
        Assert.Equal(128 * KB, tuner.NotSent);
        tuner.Follow(Quality(1_000_000_000, 1, 1));
        Assert.Equal(1024 * KB, tuner.NotSent);
        tuner.SwitchTo(Table.Cellular, null);
        Assert.Equal(128 * KB, tuner.NotSent);
        tuner.Lost();
        Assert.Equal(64 * KB, tuner.NotSent);
    }

    [Fact]
    public void Known_quality_is_used_at_the_first_byte_after_a_switch()
    {
        var tuner = new PathTuner(Table.Ethernet);
        tuner.SwitchTo(Table.Lte, Quality(400_000, 60, 1));
        Assert.Equal((128 * KB, 200_000), (tuner.Buffer, tuner.Chunk));
    }

    [Fact]
    public void Loss_halves_and_four_chunks_make_it_good()
    {
        var tuner = new PathTuner(Table.Wifi);
        tuner.Follow(Quality(100_000_000, 30, 1));
        tuner.Lost();
        Assert.Equal((256 * KB, 5 * 512 * KB), (tuner.Buffer, tuner.Chunk));
        for (var i = 0; i < 4; i++)
            tuner.Acknowledged();
        Assert.Equal((512 * KB, 5 * 1024 * KB), (tuner.Buffer, tuner.Chunk));
    }

    [Fact]
    public void Sizes_never_leave_the_bounds_and_loss_never_raises_them() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte What, uint Rate, ushort Delay, byte Stability)[]>(), steps =>
        {
            var bounds = Table.Wifi;
            var tuner = new PathTuner(bounds);
            foreach (var (what, rate, delay, stability) in steps)
            {
                var (buffer, chunk) = (tuner.Buffer, tuner.Chunk);
                switch (what % 4)
                {
                    case 0:
                        tuner.Lost();
                        Assert.True(tuner.Buffer <= buffer && tuner.Chunk <= chunk);
                        Assert.True(tuner.Chunk <= Math.Max(chunk / 2 + 1, PathTuner.LeastChunk), "a loss halves the chunk");
                        break;
                    case 1:
                        tuner.Acknowledged();
                        Assert.True(tuner.Buffer >= buffer && tuner.Chunk >= chunk);
                        break;
                    case 2:
                        tuner.Follow(Quality(rate, delay, stability / 255.0));
                        break;
                    default:
                        bounds = Table.For((InterfaceType)(rate % 8));
                        tuner.SwitchTo(bounds, null);
                        Assert.Equal((bounds.BufferSize, bounds.ChunkSize), (tuner.Buffer, tuner.Chunk));
                        break;
                }
                Assert.InRange(tuner.Buffer, bounds.MinBufferSize, bounds.BufferSize);
                Assert.InRange(tuner.Chunk, PathTuner.LeastChunk, bounds.ChunkSize);
            }
        }).QuickCheckThrowOnFailure();

    private static PathQualitySnapshot Quality(double rate, double delay, double stability) => new()
    {
        Throughput = rate,
        MinRtt = TimeSpan.FromMilliseconds(delay),
        Rtt = TimeSpan.FromMilliseconds(delay * 3),
        Stability = stability,
    };
}
