using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;

namespace HmacFileServer.Core.Tests.Transfers;

public sealed class LaneShareTests
{
    private const long Kb = 1024;
    private static readonly TcpSample Idle = new() { MinRtt = TimeSpan.FromMilliseconds(60) };

    [Fact]
    public void Far_from_the_end_the_largest_segment_is_taken() =>
        Assert.Equal(2048 * Kb, LaneShare.Size(2.5e6, 20e6, false, Idle, 200_000_000, 64 * Kb, 2048 * Kb));

    [Fact]
    public void Towards_the_end_a_path_takes_half_of_its_share() =>
        Assert.InRange(LaneShare.Size(2.5e6, 20e6, false, Idle, 8_000_000, 64 * Kb, 2048 * Kb), 490_000, 510_000);

    [Fact]
    public void What_a_slow_path_would_deliver_too_late_is_left_to_the_others()
    {
        // The others need 29 ms for the rest; the slow path's first byte alone travels for 30.
        Assert.Equal(0, LaneShare.Size(2.5e6, 20e6, false, Idle, 500_000, 64 * Kb, 2048 * Kb));
        var busy = Idle with { SendQueueBytes = 1_000_000 };
        Assert.Equal(0, LaneShare.Size(2.5e6, 20e6, false, busy, 4_000_000, 64 * Kb, 2048 * Kb));
    }

    [Fact]
    public void The_fastest_path_always_takes_something() =>
        Assert.Equal(64 * Kb, LaneShare.Size(12e6, 20e6, true, Idle with { SendQueueBytes = 10_000_000 }, 1000, 64 * Kb, 2048 * Kb));

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(3_000_000)]
    [InlineData(10_000_000)]
    public void A_segment_that_is_taken_arrives_before_the_others_have_finished(long free)
    {
        const double Rate = 2.5e6, Total = 20e6;
        var sample = Idle with { SendQueueBytes = 100_000 };
        var size = LaneShare.Size(Rate, Total, false, sample, free, 16 * Kb, 2048 * Kb);
        var arrival = 0.030 + ((100_000 + size) / Rate);
        Assert.True(size == 0 || arrival <= ((free - size) / (Total - Rate)) + 1e-3, $"{size} bytes arrive after {arrival:F3} s");
    }
}
