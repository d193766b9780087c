using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>The failover policy on simulated links, in virtual time: one step is one millisecond.</summary>
public sealed class FailoverPolicyTests
{
    private readonly SimulatedLinks _links = new(new FailoverPolicy(new FailoverOptions { StabilityTime = TimeSpan.FromSeconds(30) }));

    [Fact]
    public void The_preferred_usable_path_is_taken_first()
    {
        _links.Run(100);
        Assert.Equal("eth0", _links.Active);
        Assert.Empty(_links.Switches);
    }

    [Fact]
    public void A_pulled_cable_is_left_in_the_same_step()
    {
        _links.Run(1000);
        _links["eth0"].Usable = false;
        _links.Run(1);
        var change = Assert.Single(_links.Switches);
        Assert.Equal(("eth0", "wlan0", SwitchReason.InterfaceDown), (change.From, change.To, change.Reason));
        Assert.Contains(_links.Decisions, d => d is PathDecision.Abandon { Path: "eth0", Reason: SwitchReason.InterfaceDown });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(200)]
    [InlineData(600)]
    public void A_blackhole_is_hedged_within_three_round_trips_and_100_ms(int rtt)
    {
        // The default threshold would call a path of 600 ms degraded.
        var links = new SimulatedLinks(new FailoverPolicy(new FailoverOptions { Quality = new QualityOptions { LatencyThreshold = TimeSpan.FromSeconds(1) } }));
        links["eth0"].Rtt = rtt;
        links.Run(5000);
        var at = links.Now;
        links["eth0"].Blackhole = true;
        links.RunUntil(() => links.Active == "wlan0", 10_000);
        var took = (links.Now - at).TotalMilliseconds;
        Assert.True(took <= (3 * rtt) + 100, $"hedged after {took} ms at a round trip of {rtt} ms");
        Assert.Contains(links.Decisions, d => d is PathDecision.Hedge { From: "eth0", To: "wlan0" });
    }

    [Fact]
    public void On_a_path_that_streams_a_bloated_round_trip_does_not_hide_a_blackhole()
    {
        _links.Run(1000);
        _links["eth0"].Rtt = 800;
        _links.Run(5000);
        var at = _links.Now;
        _links["eth0"].Blackhole = true;
        _links.RunUntil(() => _links.Active == "wlan0", 10_000);
        Assert.InRange((_links.Now - at).TotalMilliseconds, 60, 100);
    }

    [Fact]
    public void A_path_that_is_silent_now_and_then_is_given_three_times_its_usual_silence()
    {
        for (var i = 0; i < 20; i++)
        {
            _links["eth0"].Blackhole = true;
            _links.Run(50);
            _links["eth0"].Blackhole = false;
            _links.Run(200);
        }
        Assert.DoesNotContain(_links.Decisions, d => d is PathDecision.Hedge);
        _links["eth0"].Blackhole = true;
        _links.Run(140);
        Assert.DoesNotContain(_links.Decisions, d => d is PathDecision.Hedge);
        _links.Run(80);
        Assert.Contains(_links.Decisions, d => d is PathDecision.Hedge);
    }

    [Fact]
    public void A_silence_that_ends_is_a_false_alarm_and_no_switch()
    {
        _links.Run(1000);
        _links["eth0"].Blackhole = true;
        _links.RunUntil(() => _links.Active == "wlan0", 1000);
        _links["eth0"].Blackhole = false;
        _links.Run(50);
        Assert.Equal("eth0", _links.Active);
        Assert.Empty(_links.Switches);
        Assert.Contains(_links.Decisions, d => d is PathDecision.HedgeCleared { Path: "eth0" });
    }

    [Fact]
    public void A_silence_that_lasts_is_a_switch_with_the_reason_timeout()
    {
        _links.Run(1000);
        _links["eth0"].Blackhole = true;
        _links.Run(1000);
        var change = Assert.Single(_links.Switches);
        Assert.Equal(("eth0", "wlan0", SwitchReason.Timeout), (change.From, change.To, change.Reason));
        Assert.InRange(change.DetectedAfter.TotalMilliseconds, 50, 200);
    }

    [Fact]
    public void The_way_back_waits_until_the_preferred_path_has_been_stable()
    {
        _links.Run(1000);
        _links["eth0"].Usable = false;
        _links.Run(1000);
        _links["eth0"].Usable = true;
        var back = _links.Now;
        _links.RunUntil(() => _links.Active == "eth0", 60_000);
        Assert.InRange((_links.Now - back).TotalSeconds, 29.9, 30.2);
        Assert.Equal(SwitchReason.BetterAlternative, _links.Switches[^1].Reason);
    }

    [Fact]
    public void A_flapping_path_is_not_returned_to()
    {
        _links.Run(1000);
        for (var i = 0; i < 60; i++)
        {
            _links["eth0"].Usable = i % 2 == 1;
            _links.Run(10_000);
        }
        Assert.Single(_links.Switches);
        Assert.Equal("wlan0", _links.Active);
    }

    [Fact]
    public void Each_silence_doubles_the_time_until_a_path_is_tried_again()
    {
        var returns = new List<double>();
        var policy = new SimulatedLinks(new FailoverPolicy(new FailoverOptions { StabilityTime = TimeSpan.FromSeconds(1) }));
        for (var i = 0; i < 4; i++)
        {
            policy.RunUntil(() => policy.Active == "eth0", 700_000);
            policy.Run(500);
            policy["eth0"].Blackhole = true;
            policy.RunUntil(() => policy.Switches.LastOrDefault() is { From: "eth0" } && policy.Active == "wlan0" && !policy.Policy.IsSuspect("eth0"), 5000);
            var left = policy.Now;
            policy["eth0"].Blackhole = false;
            policy.RunUntil(() => policy.Active == "eth0", 700_000);
            returns.Add((policy.Now - left).TotalSeconds);
        }
        Assert.Collection(returns, r => Assert.InRange(r, 7.9, 8.5), r => Assert.InRange(r, 15.9, 16.5),
            r => Assert.InRange(r, 31.9, 32.5), r => Assert.InRange(r, 63.9, 64.5));
    }

    [Fact]
    public void With_every_link_gone_there_is_no_active_path_and_the_first_that_comes_is_taken()
    {
        _links.Run(100);
        foreach (var name in new[] { "eth0", "wlan0", "wwan0" })
            _links[name].Usable = false;
        _links.Run(600_000);
        Assert.Null(_links.Active);
        _links["wwan0"].Usable = true;
        _links.Run(1);
        Assert.Equal("wwan0", _links.Active);
    }

    [Fact]
    public void A_bloated_queue_of_our_own_is_not_a_reason_to_leave()
    {
        _links.Run(1000);
        for (var rtt = 4; rtt <= 2000; rtt += 20)
        {
            _links["eth0"].Rtt = rtt;
            _links.Run(300);
        }
        Assert.Equal("eth0", _links.Active);
        Assert.Empty(_links.Switches);
    }

    [Fact]
    public void The_forced_path_is_taken_while_it_is_usable()
    {
        _links.Run(100);
        _links.Policy.Force("wwan0");
        _links.Run(1);
        Assert.Equal("wwan0", _links.Active);
        _links["wwan0"].Usable = false;
        _links.Run(1);
        Assert.Equal("eth0", _links.Active);
        _links["wwan0"].Usable = true;
        _links.Run(1);
        Assert.Equal("wwan0", _links.Active);
    }

    [Fact]
    public void Without_auto_switch_silence_moves_nothing()
    {
        var links = new SimulatedLinks(new FailoverPolicy(new FailoverOptions { AutoSwitch = false }));
        links.Run(1000);
        links["eth0"].Blackhole = true;
        links.Run(10_000);
        Assert.Equal("eth0", links.Active);
        links["eth0"].Usable = false;
        links.Run(1);
        Assert.Equal("wlan0", links.Active);
    }

    [Fact]
    public void A_server_that_restarts_is_no_reason_to_change_the_path()
    {
        _links.Run(1000);
        _links.Policy.Disconnected("wlan0");
        _links.Policy.Disconnected("eth0");
        _links.Run(1);
        Assert.Equal("eth0", _links.Active);
        Assert.Empty(_links.Switches);
    }
}
