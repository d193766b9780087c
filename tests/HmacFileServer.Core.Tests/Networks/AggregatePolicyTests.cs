using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;
using HmacFileServer.Testing.Networks;

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

    [Theory]
    [InlineData("loss")]
    [InlineData("latency")]
    public void Together_a_path_that_is_slow_or_loses_still_adds_to_the_others_and_is_not_left(string trouble)
    {
        var net = Network(new AggregatePolicy(new FailoverOptions()), trouble);
        var causes = new HashSet<DegradationCause>();
        net.Run(TimeSpan.FromSeconds(60), () => causes.Add(net.Policy.Quality("wlan0", net.Now)!.Value.Cause));
        Assert.Contains(trouble == "loss" ? DegradationCause.Loss : DegradationCause.Latency, causes);
        Assert.Equal("", string.Join("; ", net.Switches));
        Assert.Contains("wlan0", net.Policy.Sending);
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("latency")]
    public void The_same_path_alone_is_left_for_a_better_one(string trouble)
    {
        var net = Network(new FailoverPolicy(new FailoverOptions()), trouble, "wlan0");
        net.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(SwitchReason.QualityDegradation, net.Switches.First().Reason);
    }

    /// <summary>The loss is there from the beginning; the latency comes after a minute, and with it the rate falls.</summary>
    private static VirtualNetwork Network(PathPolicy policy, string trouble, string preferred = "eth0")
    {
        var net = new VirtualNetwork(policy,
        [
            new VirtualLink("eth0", preferred == "eth0" ? 10 : 30, new Random(1)) { RttMilliseconds = 10, Rate = 4_000_000, QueueMilliseconds = 20 },
            new VirtualLink("wlan0", 20, new Random(2)) { RttMilliseconds = 20, Rate = 2_000_000, QueueMilliseconds = 20, LossPercent = trouble == "loss" ? 15 : 0 },
        ]);
        net.Run(TimeSpan.FromSeconds(trouble == "loss" ? 1 : 60));
        if (trouble == "latency")
            (net["wlan0"].ForeignMilliseconds, net["wlan0"].Rate) = (1500, 200_000);
        return net;
    }
}
