using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Core.Tests.Tuning;

/// <summary>What a server takes in ahead of its disk follows what a connection delivers.</summary>
public sealed class ReceiveSizerTests
{
    private static readonly TimeSpan Rtt = TimeSpan.FromMilliseconds(40);

    private readonly ReceiveSizer _sizer = new();
    private TimeSpan _now;

    [Fact]
    public void Nothing_known_is_room_for_one_batch() => Assert.Equal(ReceiveSizer.First, _sizer.Ahead);

    [Theory]
    [InlineData(2_000, ReceiveSizer.Least)] // 200 bytes a tenth of a second
    [InlineData(5_000_000, 500_000)] // 5 MB/s over 20 ms of the disk and two round trips of 40
    [InlineData(1_000_000_000, ReceiveSizer.Most)]
    public void It_is_what_comes_while_a_batch_is_stored_and_the_sender_learns_of_room(int rate, int ahead)
    {
        Deliver(rate, TimeSpan.FromSeconds(1));
        Assert.InRange(_sizer.Ahead, 0.99 * ahead, 1.01 * ahead);
    }

    [Fact]
    public void A_rise_counts_at_once_and_a_fall_by_halves()
    {
        Deliver(10_000_000, TimeSpan.FromSeconds(1));
        var before = _sizer.Ahead;
        Deliver(100_000, TimeSpan.FromMilliseconds(100));
        Assert.Equal(before / 2, _sizer.Ahead, 1.0);
        Deliver(100_000, TimeSpan.FromMilliseconds(100));
        Assert.Equal(before / 4, _sizer.Ahead, 1.0);
        Deliver(10_000_000, TimeSpan.FromMilliseconds(100));
        Assert.Equal(before, _sizer.Ahead, 1.0);
    }

    [Fact]
    public void Time_in_which_nobody_sent_says_nothing()
    {
        Deliver(10_000_000, TimeSpan.FromSeconds(1));
        var before = _sizer.Ahead;
        _sizer.Waited(_now, _now + TimeSpan.FromMinutes(1));
        _now += TimeSpan.FromMinutes(1);
        Deliver(10_000_000, TimeSpan.FromMilliseconds(100));
        Assert.Equal(before, _sizer.Ahead);
    }

    [Fact]
    public void What_is_known_of_the_network_counts_from_the_first_byte_and_its_kind_is_a_bound()
    {
        _sizer.Seed(5_000_000, Rtt, ReceiveSizer.Most);
        Assert.Equal(500_000, _sizer.Ahead);
        _sizer.Seed(0, TimeSpan.Zero, 128 * 1024);
        Assert.Equal(128 * 1024, _sizer.Ahead);
        Deliver(1_000_000_000, TimeSpan.FromSeconds(1));
        Assert.Equal(128 * 1024, _sizer.Ahead);
        _sizer.Seed(0, TimeSpan.Zero, 1);
        Assert.Equal(ReceiveSizer.Least, _sizer.Ahead);
    }

    [Fact]
    public void The_kernel_is_asked_no_more_than_20_times_a_second()
    {
        var asked = 0;
        for (var i = 0; i < 100_000; i++)
        {
            _now += TimeSpan.FromMicroseconds(10);
            if (!_sizer.Arrived(1000, _now))
                continue;
            _sizer.Measure(_now, Rtt);
            asked++;
        }
        Assert.InRange(asked, 19, 20);
    }

    private void Deliver(int rate, TimeSpan time)
    {
        for (var end = _now + time; _now < end;)
        {
            _now += TimeSpan.FromMilliseconds(100);
            if (_sizer.Arrived(rate / 10, _now))
                _sizer.Measure(_now, Rtt);
        }
    }
}
