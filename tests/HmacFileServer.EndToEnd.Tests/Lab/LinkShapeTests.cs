using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>How links are described as text.</summary>
public sealed class LinkShapeTests
{
    [Fact]
    public void Every_property_is_read_in_its_units()
    {
        var link = LinkSpec.Parse("wwan0:rate=20mbit,delay=30ms,jitter=250us,loss=1.5%,queue=256kb");
        Assert.Equal("wwan0", link.Name);
        Assert.Equal(
            new LinkShape
            {
                BitsPerSecond = 20_000_000,
                Delay = TimeSpan.FromMilliseconds(30),
                Jitter = TimeSpan.FromMicroseconds(250),
                LossPercent = 1.5,
                QueueBytes = 262144,
            },
            link.Up);
        Assert.Equal(link.Up, link.Down);
    }

    [Fact]
    public void A_direction_can_be_shaped_alone()
    {
        var link = LinkSpec.Parse("eth0:rate=100mbit,up-rate=10mbit,down-loss=2,arp=real");
        Assert.Equal(10_000_000, link.Up.BitsPerSecond);
        Assert.Equal(100_000_000, link.Down.BitsPerSecond);
        Assert.Equal((0.0, 2.0), (link.Up.LossPercent, link.Down.LossPercent));
        Assert.True(link.RealNeighbourDiscovery);
    }

    [Theory]
    [InlineData("queue=100ms,rate=20mbit", 250_000)] // whichever stands first
    [InlineData("rate=20mbit,queue=100ms", 250_000)]
    [InlineData("rate=100mbit", 1_250_000)] // the default: 100 ms
    [InlineData("rate=64kbit", 65536)] // the default: at least 64 KiB
    [InlineData("rate=64kbit,queue=1ms", 1514)] // never less than a frame
    public void A_queue_in_time_becomes_bytes_at_the_rate(string text, long bytes) =>
        Assert.Equal(bytes, new LinkShape().With(text).EffectiveQueueBytes);

    [Fact]
    public void A_later_rate_leaves_the_bytes_of_the_queue() =>
        Assert.Equal(250_000, new LinkShape().With("rate=20mbit,queue=100ms").With("rate=1mbit").EffectiveQueueBytes);

    [Theory]
    [InlineData("rate=1.5gbit,delay=1234us,jitter=3ms,loss=0.125%,queue=300kb")]
    [InlineData("rate=unlimited,delay=0,queue=10s")]
    public void What_is_written_reads_back_the_same(string text)
    {
        var shape = new LinkShape().With(text);
        Assert.Equal(shape, new LinkShape().With(shape.ToString()));
    }

    [Theory]
    [InlineData("eth0:rate=fast", "such as 20mbit")]
    [InlineData("eth0:rate=0", "between 1kbit and 40gbit")]
    [InlineData("eth0:delay=11s", "longer than 10 s")]
    [InlineData("eth0:delay=-1ms", "such as 30ms")]
    [InlineData("eth0:delay=NaNms", "such as 30ms")]
    [InlineData("eth0:loss=101", "more than 100 %")]
    [InlineData("eth0:queue=100b", "1514b")]
    [InlineData("eth0:color=red", "rate, delay, jitter, loss, queue")]
    [InlineData("eth0:rate", "key=value")]
    [InlineData("eth0:arp=maybe", "static or real")]
    [InlineData("way-too-long-a-name", "1 to 10 letters")]
    [InlineData("", "1 to 10 letters")]
    public void What_is_wrong_is_said_with_what_would_be_right(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => LinkSpec.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_links_cannot_share_a_name() =>
        Assert.Contains("eth0", Assert.Throws<FormatException>(() => LabSpec.Parse("eth0", "eth0")).Message, StringComparison.Ordinal);
}
