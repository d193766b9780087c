using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tests.Configuration;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>Every key of the configuration that the policy obeys, alone: off is off, and a number is a bound.</summary>
public sealed class SwitchingFlagTests : ConfigurationTestBase
{
    [Fact]
    public void Auto_switch_enabled_off_leaves_only_what_is_gone()
    {
        var net = Network("[network_resilience]\nauto_switch_enabled = false");
        Seconds(net, 30);
        net["eth0"].LossPercent = 20;
        Seconds(net, 60);
        net["eth0"].Blackhole = true;
        Seconds(net, 60);
        Assert.Empty(net.Switches);
        net["eth0"].Usable = false;
        Seconds(net, 1);
        Assert.Equal(SwitchReason.InterfaceDown, net.Switches.Single().Reason);
        (net["eth0"].Usable, net["eth0"].Blackhole, net["eth0"].LossPercent) = (true, false, 0);
        Seconds(net, 120);
        Assert.Equal("wlan0", net.Active);
        net.Policy.Force("eth0");
        Seconds(net, 1);
        Assert.Equal("eth0", net.Active);
    }

    [Fact]
    public void Enabled_off_switches_off_the_rest()
    {
        var options = FailoverOptions.From(Valid("[network_resilience]\nenabled = false"));
        Assert.False(options.AutoSwitch || options.Predictive || options.Standby);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Predictive_switching_prepares_and_never_switches(bool on, int least)
    {
        var net = Network($"[network_resilience]\npredictive_switching = {(on ? "true" : "false")}\nauto_switch_enabled = false");
        Seconds(net, 60);
        for (var i = 0; i < 12; i++)
        {
            net["eth0"].Rate *= 0.8;
            Seconds(net, 1);
        }
        var prepared = net.Decisions.Select(d => d.Decision).OfType<PathDecision.Prepare>().ToList();
        Assert.InRange(prepared.Count, least, least * 10);
        Assert.All(prepared, p => Assert.Equal(("eth0", "wlan0"), (p.Path, p.Standby)));
        Assert.Empty(net.Switches);
    }

    [Fact]
    public void Seamless_switching_off_keeps_no_standby_until_the_path_is_in_trouble()
    {
        var net = Network("[handoff]\nseamless_switching = false\n[network_resilience]\npredictive_switching = false");
        Seconds(net, 60);
        Assert.True(net["eth0"].IsConnected);
        Assert.False(net["wlan0"].IsConnected);
        net["eth0"].LossPercent = 12;
        Seconds(net, 20);
        Assert.Equal(("wlan0", SwitchReason.QualityDegradation), (net.Active, net.Switches.Single().Reason));
        net["eth0"].LossPercent = 0;
        Assert.True(net.RunUntil(() => net.Active == "eth0", TimeSpan.FromMinutes(4)), "the way back needs no standby");
    }

    [Fact]
    public void Seamless_switching_on_keeps_one()
    {
        var net = Network("");
        Seconds(net, 5);
        Assert.True(net["wlan0"].IsConnected);
    }

    [Theory]
    [InlineData("400ms", true)]
    [InlineData("900ms", false)]
    public void Switch_threshold_latency_is_the_bound(string threshold, bool left)
    {
        var net = Network($"[network_resilience]\nswitch_threshold_latency = \"{threshold}\"\nquality_degradation_threshold = 1.0");
        net["eth0"].Rate = 100_000;
        Seconds(net, 30);
        net["eth0"].ForeignMilliseconds = 600;
        net["eth0"].Rate = 20_000; // a third of the usual and more would be at its rate
        Seconds(net, 20);
        Assert.Equal(left, net.Switches.Any(s => s.Reason == SwitchReason.QualityDegradation));
    }

    [Theory]
    [InlineData("3.0", true)]
    [InlineData("12.0", false)]
    public void Switch_threshold_packet_loss_is_the_bound(string threshold, bool left)
    {
        var net = Network($"[network_resilience]\nswitch_threshold_packet_loss = {threshold}\nquality_degradation_threshold = 1.0");
        Seconds(net, 30);
        net["eth0"].LossPercent = 7;
        Seconds(net, 30);
        Assert.Equal(left, net.Switches.Any(s => s.Reason == SwitchReason.QualityDegradation));
    }

    [Theory]
    [InlineData("0.3", true)]
    [InlineData("0.95", false)]
    public void Quality_degradation_threshold_is_the_bound(string threshold, bool left)
    {
        var net = Network($"[network_resilience]\nquality_degradation_threshold = {threshold}\nswitch_threshold_packet_loss = 100.0");
        Seconds(net, 60);
        net["eth0"].Rate /= 8;
        Seconds(net, 20);
        Assert.Equal(left, net.Switches.Any(s => s.Reason == SwitchReason.QualityDegradation));
    }

    [Fact]
    public void Interface_stability_time_is_what_the_return_waits_for()
    {
        var net = Network("[network_resilience]\ninterface_stability_time = \"5s\"");
        Seconds(net, 5);
        net["eth0"].Usable = false;
        Seconds(net, 5);
        net["eth0"].Usable = true;
        Seconds(net, 4.9);
        Assert.Equal("wlan0", net.Active);
        Seconds(net, 0.5);
        Assert.Equal("eth0", net.Active);
    }

    [Fact]
    public void The_history_is_bounded_and_has_a_reason_for_everything()
    {
        var net = new VirtualNetwork(new FailoverPolicy(new FailoverOptions { HistoryLength = 10 }), Links());
        for (var i = 0; i < 40; i++)
        {
            net[i % 2 == 0 ? "eth0" : "wlan0"].Usable = i / 2 % 2 == 1;
            Seconds(net, 1);
        }
        Assert.Equal(10, net.Policy.History.Records.Count);
        Assert.Equal(net.Decisions.Count, net.Policy.History.Count);
        Assert.Equal(net.Decisions[^1], (net.Policy.History.Records.Last().At, net.Policy.History.Records.Last().Decision));
        Assert.All(net.Policy.History.Records, r => Assert.NotEmpty(r.Decision.Evidence));
    }

    [Fact]
    public void A_faster_path_of_the_same_priority_is_taken_once_and_not_back_and_forth()
    {
        var net = new VirtualNetwork(new FailoverPolicy(new FailoverOptions()),
        [
            new VirtualLink("a", 20, new Random(1)) { RttMilliseconds = 20, Rate = 1_000_000, Swing = 0.3 },
            new VirtualLink("b", 20, new Random(2)) { RttMilliseconds = 20, Rate = 1_200_000, Swing = 0.3, KnownRate = 4_000_000 },
        ]);
        net["b"].Usable = false;
        Seconds(net, 30);
        Assert.Equal("a", net.Active);
        net["b"].Usable = true;
        Seconds(net, 3600);
        Assert.Equal(("a", "b", SwitchReason.BetterAlternative), net.Switches.Select(s => (s.From!, s.To, s.Reason)).First());
        Assert.InRange(net.Switches.Count(), 1, 4);
    }

    private static VirtualNetwork Network(string toml) => new(new FailoverPolicy(FailoverOptions.From(Valid(toml))), Links());

    private static VirtualLink[] Links() =>
    [
        new VirtualLink("eth0", 10, new Random(1)) { RttMilliseconds = 10, Rate = 2_000_000, QueueMilliseconds = 20 },
        new VirtualLink("wlan0", 20, new Random(2)) { RttMilliseconds = 20, Rate = 2_000_000, QueueMilliseconds = 20 },
    ];

    private static void Seconds(VirtualNetwork net, double seconds) => net.Run(TimeSpan.FromSeconds(seconds));
}
