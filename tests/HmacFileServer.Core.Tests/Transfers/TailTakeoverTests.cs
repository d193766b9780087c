using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;

namespace HmacFileServer.Core.Tests.Transfers;

public sealed class TailTakeoverTests
{
    [Theory]
    [InlineData(20, 2, 49, false)]
    [InlineData(20, 2, 51, true)]
    [InlineData(20, 10, 69, false)] // a round trip that varies is waited for
    [InlineData(20, 10, 71, true)]
    [InlineData(400, 5, 700, false)]
    [InlineData(400, 5, 811, true)]
    public void A_silent_path_is_left_to_itself_after_two_round_trips(int rtt, int variation, int silence, bool due) =>
        Assert.Equal(due, TailTakeover.IsDue(Sample(rtt, variation, silence, unacked: 3)));

    [Theory]
    [InlineData(100_000, 10_000_000, 4, 1000)] // paths that share a file end within a second of each other
    [InlineData(10_000_000, 10_000_000, 4, 2016)]
    [InlineData(1_000_000, 10_000_000, 600, 2600)]
    public void A_slow_path_is_waited_for_as_long_again_as_another_would_need(long bytes, double rate, int rtt, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), TailTakeover.Patience(bytes, rate, TimeSpan.FromMilliseconds(rtt)));

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_path_of_unknown_rate_takes_nothing_over(double rate) =>
        Assert.Equal(TimeSpan.MaxValue, TailTakeover.Patience(1000, rate, TimeSpan.FromMilliseconds(4)));

    [Fact]
    public void A_path_that_owes_nothing_or_has_measured_nothing_is_not_meant()
    {
        Assert.False(TailTakeover.IsDue(Sample(20, 2, 5000, unacked: 0)));
        Assert.False(TailTakeover.IsDue(Sample(0, 0, 5000, unacked: 3)));
    }

    private static TcpSample Sample(int rtt, int variation, int silence, uint unacked) => new()
    {
        MinRtt = TimeSpan.FromMilliseconds(rtt),
        Rtt = TimeSpan.FromMilliseconds(rtt * 4), // what its queue made of it
        RttVariation = TimeSpan.FromMilliseconds(variation),
        SinceLastAck = TimeSpan.FromMilliseconds(silence),
        UnackedSegments = unacked,
    };
}
