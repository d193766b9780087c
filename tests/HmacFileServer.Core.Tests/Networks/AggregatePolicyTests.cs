using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>The aggregate policy on simulated links, in virtual time.</summary>
public sealed class AggregatePolicyTests
{
    private readonly SimulatedLinks _links = new(new AggregatePolicy(new FailoverOptions()));

    [Fact]
    public void All_usable_paths_send()
    {
        _links.Run(10);
        Assert.Equal(["eth0", "wlan0", "wwan0"], _links.Policy.Sending);
    }

    [Fact]
    public void A_metered_path_waits_while_there_is_another()
    {
        _links["wwan0"].Metered = true;
        _links.Run(10);
        Assert.Equal(["eth0", "wlan0"], _links.Policy.Sending);
        Assert.Contains("wwan0", _links.Policy.WantConnected(_links.Now));
        _links["eth0"].Usable = false;
        _links["wlan0"].Usable = false;
        _links.Run(1);
        Assert.Equal(["wwan0"], _links.Policy.Sending);
    }

    [Fact]
    public void Of_several_metered_paths_one_sends()
    {
        _links["eth0"].Usable = false;
        _links["wlan0"].Metered = _links["wwan0"].Metered = true;
        _links.Run(10);
        Assert.Equal(["wlan0"], _links.Policy.Sending);
    }

    [Fact]
    public void A_pulled_cable_takes_one_path_out_and_leaves_the_others_alone()
    {
        _links.Run(1000);
        _links["eth0"].Usable = false;
        _links.Run(1);
        Assert.Equal(["wlan0", "wwan0"], _links.Policy.Sending);
        Assert.Equal(["eth0"], _links.Decisions.OfType<PathDecision.Abandon>().Select(a => a.Path));
        Assert.Equal(("eth0", SwitchReason.InterfaceDown), (_links.Switches[0].From, _links.Switches[0].Reason));
    }

    [Fact]
    public void A_path_that_comes_back_is_used_when_it_has_been_stable()
    {
        _links.Run(1000);
        _links["eth0"].Usable = false;
        _links.Run(1000);
        _links["eth0"].Usable = true;
        _links.Run(29_000);
        Assert.DoesNotContain("eth0", _links.Policy.Sending);
        _links.Run(2_000);
        Assert.Contains("eth0", _links.Policy.Sending);
    }

    [Fact]
    public void A_path_that_appears_for_the_first_time_joins_at_once()
    {
        _links["wlan0"].Usable = false;
        _links.Run(1000);
        _links["wlan0"].Usable = true;
        _links.Run(1);
        Assert.Contains("wlan0", _links.Policy.Sending);
    }

    [Fact]
    public void A_silent_path_is_fed_no_more_and_given_up_when_it_stays_silent()
    {
        _links.Run(1000);
        _links["wlan0"].Blackhole = true;
        _links.RunUntil(() => !_links.Policy.Sending.Contains("wlan0"), 160);
        Assert.Empty(_links.Decisions.OfType<PathDecision.Abandon>());
        _links.RunUntil(() => _links.Decisions.OfType<PathDecision.Abandon>().Any(), 200);
        Assert.Equal(["eth0", "wwan0"], _links.Policy.Sending);
    }

    [Fact]
    public void A_path_that_answers_after_all_is_fed_again()
    {
        _links.Run(1000);
        _links["wlan0"].Blackhole = true;
        _links.RunUntil(() => !_links.Policy.Sending.Contains("wlan0"), 160);
        _links["wlan0"].Blackhole = false;
        _links.Run(5);
        Assert.Contains("wlan0", _links.Policy.Sending);
        Assert.Empty(_links.Switches);
    }

    [Fact]
    public void The_last_path_is_waited_for_however_silent_it_is()
    {
        _links["eth0"].Usable = _links["wlan0"].Usable = false;
        _links.Run(1000);
        _links["wwan0"].Blackhole = true;
        _links.Run(60_000);
        Assert.Equal(["wwan0"], _links.Policy.Sending);
    }

    [Fact]
    public void A_forced_path_sends_alone()
    {
        _links.Policy.Force("wwan0");
        _links.Run(10);
        Assert.Equal(["wwan0"], _links.Policy.Sending);
    }
}
