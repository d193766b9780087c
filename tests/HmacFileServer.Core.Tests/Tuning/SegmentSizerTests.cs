using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Core.Tests.Tuning;

public sealed class SegmentSizerTests
{
    private const long Kb = 1024;

    [Fact]
    public void A_segment_grows_to_half_a_second_of_the_rate_and_no_further()
    {
        var sizer = new SegmentSizer(64 * Kb, 10240 * Kb);
        for (var i = 0; i < 20; i++)
            sizer.Succeeded(sizer.Size, TimeSpan.FromSeconds(sizer.Size / 4_000_000.0));
        Assert.InRange(sizer.Size, 1_990_000, 2_010_000);
    }

    [Fact]
    public void It_at_most_doubles_at_once_and_stays_within_the_bounds_of_the_type()
    {
        var sizer = new SegmentSizer(64 * Kb, 512 * Kb);
        Assert.Equal(128 * Kb, sizer.Size);
        sizer.Succeeded(128 * Kb, TimeSpan.FromMilliseconds(1));
        Assert.Equal(256 * Kb, sizer.Size);
        sizer.Succeeded(256 * Kb, TimeSpan.FromMilliseconds(1));
        sizer.Succeeded(512 * Kb, TimeSpan.FromMilliseconds(1));
        Assert.Equal(512 * Kb, sizer.Size);
    }

    [Fact]
    public void On_a_long_round_trip_the_rate_of_the_whole_pipeline_counts()
    {
        // 20 Mbit/s and 400 ms: each segment takes a round trip more than its bytes.
        var sizer = new SegmentSizer(64 * Kb, 2048 * Kb);
        const double Rate = 2_500_000;
        for (var i = 0; i < 20; i++)
            sizer.Succeeded(sizer.Size, TimeSpan.FromSeconds(0.4 + sizer.Size / Rate), Rate);
        Assert.InRange(sizer.Size, 1_240_000, 1_260_000);
    }

    [Fact]
    public void A_cut_halves_it_down_to_the_least()
    {
        var sizer = new SegmentSizer(64 * Kb, 512 * Kb);
        sizer.Failed();
        sizer.Failed();
        Assert.Equal(64 * Kb, sizer.Size);
    }
}
