using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Core.Tests.Tuning;

public sealed class RandomLossTests
{
    [Fact]
    public void Losses_in_two_windows_beside_a_short_round_trip_are_not_the_queues()
    {
        var loss = new RandomLoss();
        loss.Observe(Sample(sent: 50, lost: 2, rtt: 24));
        Assert.False(loss.Seen);
        loss.Observe(Sample(sent: 100, lost: 5, rtt: 25));
        Assert.True(loss.Seen);
    }

    [Fact]
    public void Losses_of_a_full_queue_come_with_its_delay()
    {
        var loss = new RandomLoss();
        for (uint i = 1; i <= 40; i++)
            loss.Observe(Sample(sent: 50 * i, lost: 3 * i, rtt: 120));
        Assert.False(loss.Seen);
    }

    [Fact]
    public void One_burst_is_no_evidence()
    {
        var loss = new RandomLoss();
        for (uint i = 1; i <= 40; i++)
            loss.Observe(Sample(sent: 50 * i, lost: i >= 5 ? 30u : 0u, rtt: 24));
        Assert.False(loss.Seen);
    }

    [Fact]
    public void One_in_a_thousand_is_no_reason_to_change_anything()
    {
        var loss = new RandomLoss();
        for (uint i = 1; i <= 400; i++)
            loss.Observe(Sample(sent: 50 * i, lost: i / 20, rtt: 24));
        Assert.False(loss.Seen);
    }

    [Fact]
    public void Five_percent_drawn_at_random_are_noticed_within_three_hundred_segments()
    {
        var noticed = Enumerable.Range(0, 1000).Select(SegmentsUntilSeen).Order().ToList();
        Assert.True(noticed[500] <= 150, $"median {noticed[500]}");
        Assert.True(noticed[950] <= 400, $"95th percentile {noticed[950]}");
    }

    private static uint SegmentsUntilSeen(int seed)
    {
        var random = new Random(seed);
        var loss = new RandomLoss();
        uint lost = 0;
        for (uint sent = 1; sent < 10_000; sent++)
        {
            if (random.NextDouble() < 0.05)
                lost++;
            loss.Observe(Sample(sent, lost, 22 + (4 * random.NextDouble())));
            if (loss.Seen)
                return sent;
        }
        return uint.MaxValue;
    }

    private static TcpSample Sample(uint sent, uint lost, double rtt) => new()
    {
        DataSegmentsSent = sent,
        TotalRetransmits = lost,
        Rtt = TimeSpan.FromMilliseconds(rtt),
        MinRtt = TimeSpan.FromMilliseconds(20),
    };
}
