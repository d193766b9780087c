using HmacFileServer.Core.Networks.Probes;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>What probing costs, counted in virtual time.</summary>
public sealed class ProbeScheduleTests
{
    private readonly ProbeSchedule _schedule = new(new ProbeOptions());

    [Theory]
    [InlineData(false, false, 1_100_000)]
    [InlineData(false, true, 2_200_000)]
    [InlineData(true, false, 37_000)]
    [InlineData(true, true, 96 * 1024)]
    public void An_hour_of_probes_stays_within_its_bytes(bool metered, bool alarm, int most)
    {
        var probes = Hour(metered, alarm, TimeSpan.Zero);
        Assert.InRange(probes * ProbeOptions.ProbeBytes, most / 2, most);
    }

    [Fact]
    public void An_endless_alarm_on_a_metered_path_costs_half_of_the_first_hours_bound_in_each_later_one()
    {
        Hour(true, true, TimeSpan.Zero);
        Assert.InRange(Hour(true, true, TimeSpan.FromHours(1)) * ProbeOptions.ProbeBytes, 46 * 1024, 49 * 1024);
    }

    [Fact]
    public void Idle_paths_wake_the_device_together()
    {
        var wakeUps = new HashSet<TimeSpan>();
        for (var now = TimeSpan.FromMilliseconds(137); now < TimeSpan.FromMinutes(10); now += TimeSpan.FromMilliseconds(10))
        {
            foreach (var path in new[] { "wlan0", "eth1", "wwan0", "ppp0" })
            {
                // The four were opened at different times.
                if (now.TotalSeconds > path.Length && _schedule.TryTake(path, path[0] is 'w' && path[1] == 'w' || path[0] == 'p', false, now))
                    wakeUps.Add(now);
            }
        }
        // 30 a minute for the unmetered two and none of their own for the metered ones; the first probes come when the paths are opened.
        Assert.InRange(wakeUps.Count, 290, 304);
    }

    [Fact]
    public void On_metered_paths_alone_the_device_wakes_once_a_minute()
    {
        var wakeUps = new HashSet<TimeSpan>();
        for (var now = TimeSpan.FromSeconds(1); now < TimeSpan.FromHours(1); now += TimeSpan.FromMilliseconds(100))
        {
            foreach (var path in new[] { "wwan0", "ppp0" })
            {
                if (_schedule.TryTake(path, true, false, now))
                    wakeUps.Add(now);
            }
        }
        Assert.InRange(wakeUps.Count, 59, 61);
    }

    [Fact]
    public void A_new_connection_is_probed_at_once_and_one_that_was_heard_later()
    {
        var now = TimeSpan.FromMinutes(5);
        Assert.True(_schedule.TryTake("wlan0", false, false, now));
        Assert.False(_schedule.TryTake("wlan0", false, false, now + TimeSpan.FromMilliseconds(10)));
        _schedule.Opened("wlan0");
        Assert.True(_schedule.TryTake("wlan0", false, false, now + TimeSpan.FromMilliseconds(20)));
        _schedule.Heard("wlan0", now + TimeSpan.FromSeconds(1.9));
        Assert.False(_schedule.TryTake("wlan0", false, false, now + TimeSpan.FromSeconds(2.1)));
        Assert.True(_schedule.DueAt("wlan0", false, false, now) > now + TimeSpan.FromSeconds(2.1));
    }

    [Fact]
    public void A_clock_that_goes_back_does_not_silence_the_probes()
    {
        Assert.True(_schedule.TryTake("wlan0", true, false, TimeSpan.FromHours(9)));
        Assert.True(_schedule.TryTake("wlan0", true, false, TimeSpan.FromHours(1)));
    }

    private long Hour(bool metered, bool alarm, TimeSpan from)
    {
        var before = _schedule.Probes("wlan0");
        for (var now = from; now < from + TimeSpan.FromHours(1); now += TimeSpan.FromMilliseconds(50))
            _schedule.TryTake("wlan0", metered, alarm, now);
        return _schedule.Probes("wlan0") - before;
    }
}
