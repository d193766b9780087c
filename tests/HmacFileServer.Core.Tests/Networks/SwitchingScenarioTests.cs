using HmacFileServer.Core.Networks;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>What happens to networks in the world, and what is to be decided. Virtual time, 10 ms a step.</summary>
public sealed class SwitchingScenarioTests
{
    private const SwitchReason Down = SwitchReason.InterfaceDown;
    private const SwitchReason Degraded = SwitchReason.QualityDegradation;
    private const SwitchReason Better = SwitchReason.BetterAlternative;
    private const SwitchReason Silence = SwitchReason.Timeout;

    private readonly VirtualNetwork _net = Network(new FailoverPolicy(new FailoverOptions()));

    [Fact]
    public void Mobile_leaving_the_wifi_goes_over_to_lte_and_stays_there()
    {
        _net["eth0"].Usable = false;
        Seconds(60);
        // Out of the house: the signal goes before the carrier does.
        for (var i = 0; i < 10; i++)
        {
            _net["wlan0"].Rate *= 0.6;
            Seconds(1);
        }
        _net["wlan0"].Usable = false;
        Seconds(600);
        Assert.Equal("wwan0", _net.Active);
        Assert.Contains(Assert.Single(Switches("wlan0")).Reason, new[] { Down, Degraded });
    }

    [Fact]
    public void Enterprise_cable_pulled_wifi_bad_cable_back()
    {
        Seconds(60);
        _net["eth0"].Usable = false;
        Seconds(60);
        _net["wlan0"].LossPercent = 12;
        Seconds(40);
        Assert.Equal("wwan0", _net.Active);
        _net["eth0"].Usable = true;
        var back = _net.Now;
        _net.RunUntil(() => _net.Active == "eth0", TimeSpan.FromSeconds(60));
        Expect(("eth0", "wlan0", Down), ("wlan0", "wwan0", Degraded), ("wwan0", "eth0", Better));
        Assert.InRange((_net.Now - back).TotalSeconds, 29.9, 31);
    }

    [Fact]
    public void Roaming_to_another_carrier_is_no_reason_but_a_hotel_wifi_is_preferred_to_cellular()
    {
        Seconds(1);
        _net["eth0"].Usable = _net["wlan0"].Usable = false;
        Seconds(120);
        _net["wwan0"].Rate = 300_000;
        _net["wwan0"].RttMilliseconds = 180;
        Seconds(300);
        Assert.Equal("wwan0", _net.Active);
        _net["wlan0"].Usable = true;
        Seconds(40);
        Expect(("eth0", "wwan0", Down), ("wwan0", "wlan0", Better));
    }

    [Fact]
    public void A_vpn_that_comes_up_is_not_used_while_there_is_another_and_one_that_goes_down_is_left()
    {
        Seconds(60);
        _net["tun0"].Usable = true;
        Seconds(120);
        Assert.Equal("eth0", _net.Active);
        _net["eth0"].Usable = _net["wlan0"].Usable = _net["wwan0"].Usable = false;
        Seconds(10);
        Assert.Equal("tun0", _net.Active);
        _net["wwan0"].Usable = true;
        _net["tun0"].Usable = false;
        Seconds(1);
        Expect(("eth0", "tun0", Down), ("tun0", "wwan0", Down));
    }

    [Fact]
    public void A_captive_portal_is_not_taken_for_the_server()
    {
        _net["wlan0"].Portal = true;
        Seconds(60);
        _net["eth0"].Usable = false;
        Seconds(120);
        Expect(("eth0", "wwan0", Down));
        _net["wlan0"].Portal = false; // somebody has signed in
        Assert.True(_net.RunUntil(() => _net.Active == "wlan0", TimeSpan.FromMinutes(11)));
        Assert.Equal(Better, _net.Switches.Last().Reason);
    }

    [Fact]
    public void A_captive_portal_on_the_only_preferred_path_is_left_at_the_first_answer()
    {
        var net = Network(new FailoverPolicy(new FailoverOptions()));
        net["eth0"].Usable = false;
        net["wlan0"].Portal = true;
        net.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("wwan0", net.Active);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(36)]
    [InlineData(100)]
    public void A_flapping_carrier_is_left_alone_for_longer_each_time(int period)
    {
        Seconds(60);
        for (var i = 0; i < 3600 / period; i++)
        {
            _net["eth0"].Usable = false;
            Seconds(1);
            _net["eth0"].Usable = true;
            Seconds(period - 1);
        }
        var returns = _net.Switches.Count(s => s.To == "eth0");
        Assert.True(returns <= 6, $"{returns} returns in an hour of flapping every {period} s");
        Assert.True(_net.RunUntil(() => _net.Active == "eth0", TimeSpan.FromMinutes(11)), "it is stable again");
    }

    [Fact]
    public void Bufferbloat_by_our_own_upload_is_healthy()
    {
        _net["eth0"].Swing = 0.25;
        _net["eth0"].QueueMilliseconds = 2000;
        _net.Step = TimeSpan.FromMilliseconds(100);
        Seconds(3600);
        Expect();
    }

    [Fact]
    public void A_queue_that_others_made_is_left_for_a_better_path()
    {
        Seconds(60);
        _net["eth0"].ForeignMilliseconds = 900;
        _net["eth0"].Rate = 40_000;
        Seconds(30);
        Expect(("eth0", "wlan0", Degraded));
    }

    [Fact]
    public void A_slow_decay_is_left_but_never_for_a_path_that_is_slower_still()
    {
        _net["wlan0"].Usable = false;
        Seconds(120);
        for (var i = 0; i < 40; i++)
        {
            _net["eth0"].Rate *= 0.93;
            Seconds(1);
        }
        Expect(("eth0", "wwan0", Degraded));
        Assert.Contains("KB/s", _net.Switches.Single().Evidence);
    }

    [Fact]
    public void What_decayed_and_still_delivers_more_than_the_other_is_kept()
    {
        _net["wlan0"].Usable = false;
        _net["eth0"].Rate = 10_000_000;
        _net["wwan0"].Rate = 100_000;
        Seconds(30);
        _net.Policy.Force("wwan0"); // so that its rate is known
        Seconds(20);
        _net.Policy.Force(null);
        Seconds(90);
        Assert.Equal("eth0", _net.Active);
        var before = _net.Switches.Count();
        _net["eth0"].Rate = 2_000_000; // a fifth, and twenty times the other
        Seconds(120);
        Assert.Equal(before, _net.Switches.Count());
    }

    [Fact]
    public void A_sudden_blackhole_is_hedged_and_then_left()
    {
        Seconds(30);
        var at = _net.Now;
        _net["eth0"].Blackhole = true;
        Assert.True(_net.RunUntil(() => _net.Active == "wlan0", TimeSpan.FromSeconds(1)));
        Assert.True(_net.Now - at < TimeSpan.FromMilliseconds(3 * 4 + 110));
        Seconds(5);
        Expect(("eth0", "wlan0", Silence));
        Assert.Contains(_net.Decisions, d => d.Decision is PathDecision.Hedge);
    }

    [Fact]
    public void Loss_of_acknowledgements_alone_is_no_reason()
    {
        Seconds(30);
        _net["eth0"].AckLossPercent = 60;
        Seconds(600);
        Expect();
    }

    [Fact]
    public void Loss_of_data_is_one()
    {
        Seconds(30);
        _net["eth0"].LossPercent = 9;
        Seconds(30);
        Expect(("eth0", "wlan0", Degraded));
        Assert.Contains("loss", _net.Switches.Single().Evidence);
    }

    [Fact]
    public void After_resume_from_suspend_a_path_that_works_is_kept_and_one_that_died_is_left()
    {
        Seconds(30);
        _net.Sleep(TimeSpan.FromHours(8));
        Seconds(60);
        Expect();
        _net.Sleep(TimeSpan.FromHours(8));
        _net["eth0"].Blackhole = true;
        Seconds(5);
        Expect(("eth0", "wlan0", Silence));
    }

    [Theory]
    [InlineData(7 * 3600)]
    [InlineData(-1800)]
    public void A_jump_of_the_clock_decides_nothing_and_breaks_nothing(int seconds)
    {
        Seconds(30);
        _net.Sleep(TimeSpan.FromSeconds(seconds));
        Seconds(30);
        Expect();
        _net["eth0"].Usable = false;
        Seconds(1);
        _net["eth0"].Usable = true;
        Seconds(60);
        Expect(("eth0", "wlan0", Down), ("wlan0", "eth0", Better));
    }

    [Fact]
    public void What_is_expected_of_one_path_at_a_time_holds_for_several_where_it_can()
    {
        var net = Network(new AggregatePolicy(new FailoverOptions()));
        net.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(["eth0", "wlan0"], net.Policy.Sending);
        net["wlan0"].LossPercent = 12;
        net.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(["eth0"], net.Policy.Sending);
        net["eth0"].Usable = false;
        net.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(["wwan0"], net.Policy.Sending);
        net["eth0"].Usable = true;
        net["wlan0"].LossPercent = 0;
        net.Run(TimeSpan.FromSeconds(120));
        Assert.Equal(["eth0", "wlan0"], net.Policy.Sending);
    }

    internal static VirtualNetwork Network(PathPolicy policy) => new(policy,
    [
        new VirtualLink("eth0", 10, new Random(1)) { RttMilliseconds = 4, Rate = 5_000_000, QueueMilliseconds = 20 },
        new VirtualLink("wlan0", 20, new Random(2)) { RttMilliseconds = 20, Rate = 2_000_000, QueueMilliseconds = 60, Swing = 0.2 },
        new VirtualLink("wwan0", 30, new Random(3)) { RttMilliseconds = 60, Rate = 1_000_000, QueueMilliseconds = 200, Swing = 0.25, Metered = true },
        new VirtualLink("tun0", 50, new Random(4)) { RttMilliseconds = 40, Rate = 1_000_000, QueueMilliseconds = 50, Usable = false },
    ]);

    private void Seconds(double seconds) => _net.Run(TimeSpan.FromSeconds(seconds));

    private IEnumerable<PathDecision.Switch> Switches(string from) => _net.Switches.Where(s => s.From == from);

    private void Expect(params (string From, string To, SwitchReason Reason)[] expected)
    {
        if (!expected.SequenceEqual(_net.Switches.Select(s => (s.From!, s.To, s.Reason))))
            Assert.Fail(string.Join(Environment.NewLine, _net.Decisions.Select(d => $"{d.At}: {d.Decision}"))
                + string.Join(Environment.NewLine, _net.Links.Select(l => $"\n{l.Name} connected {l.IsConnected} {_net.Policy.Quality(l.Name, _net.Now)}")));
        Assert.Equal(expected, _net.Switches.Select(s => (s.From!, s.To, s.Reason)));
        Assert.All(_net.Decisions, d => Assert.NotEmpty(d.Decision.Evidence));
    }
}
