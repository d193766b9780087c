using HmacFileServer.Core.Networks;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>A server with several addresses: a path is an interface here and an address there, and either may fail.</summary>
public sealed class ServerEndpointScenarioTests
{
    private static readonly TimeSpan Vouched = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_client_with_one_interface_goes_to_the_servers_next_address_when_the_first_falls_silent()
    {
        var net = Failover(Paths("eth0"));
        Seconds(net, 60);
        Assert.Equal("eth0", net.Active);
        net["eth0"].Blackhole = true;
        var at = net.Now;
        Assert.True(net.RunUntil(() => net.Active == "eth0>B", TimeSpan.FromMilliseconds(300)));
        Seconds(net, 2);
        var change = Assert.Single(net.Switches);
        Assert.Equal(("eth0", "eth0>B", SwitchReason.Timeout), (change.From, change.To, change.Reason));
        Assert.True(net.Now - at < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void An_address_that_the_server_takes_back_is_left_at_once_and_over_the_same_interface()
    {
        var net = Failover([.. Paths("eth0"), .. Paths("wwan0", 30, metered: true)]);
        Seconds(net, 60);
        Server(net, "A", usable: false);
        Seconds(net, 0.5);
        var change = net.Switches.Single();
        Assert.Equal(("eth0", "eth0>B", SwitchReason.InterfaceDown), (change.From, change.To, change.Reason));
    }

    [Fact]
    public void The_upload_returns_to_the_address_that_the_server_has_watched_for_long_enough_without_waiting_again()
    {
        var net = Failover(Paths("eth0"));
        Seconds(net, 60);
        Server(net, "A", usable: false);
        Seconds(net, 20);
        net["eth0"].UsableFor = Vouched;
        Server(net, "A", usable: true);
        Assert.True(net.RunUntil(() => net.Active == "eth0", TimeSpan.FromSeconds(1)));
        Assert.Equal(SwitchReason.BetterAlternative, net.Switches.Last().Reason);
    }

    [Fact]
    public void Where_nobody_vouches_it_waits_for_the_stability_time()
    {
        var net = Failover(Paths("eth0"));
        Seconds(net, 60);
        Server(net, "A", usable: false);
        Seconds(net, 20);
        Server(net, "A", usable: true);
        Seconds(net, 29);
        Assert.Equal("eth0>B", net.Active);
        Seconds(net, 3);
        Assert.Equal("eth0", net.Active);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_several_on_both_sides_one_silence_is_enough_whichever_side_it_is_on(bool server)
    {
        var net = Failover([.. Paths("eth0"), .. Paths("wlan0", 20)]);
        Seconds(net, 60);
        foreach (var link in net.Links.Where(l => server ? l.Endpoint is null : l.Interface == "eth0"))
            link.Blackhole = true;
        Assert.True(net.RunUntil(() => net.Active == "wlan0>B", TimeSpan.FromMilliseconds(300)), net.Active);
        // From there it finds the best that is left: the interface that it likes, or the server's first address.
        Seconds(net, 60);
        Assert.Equal(server ? "eth0>B" : "wlan0", net.Active);
    }

    [Fact]
    public void A_lost_interface_costs_no_handshake_although_the_standby_leads_to_another_address()
    {
        var net = Failover([.. Paths("eth0"), .. Paths("wlan0", 20)]);
        Seconds(net, 60);
        foreach (var link in net.Links.Where(l => l.Interface == "eth0"))
            link.Usable = false;
        Seconds(net, 0.02);
        Assert.True(net[net.Active!].IsConnected);
        Assert.Equal("wlan0", net[net.Active!].Interface);
    }

    [Fact]
    public void An_announced_address_that_leads_nowhere_is_never_a_reason_to_leave_one_that_hesitates()
    {
        var net = Failover(Paths("eth0"));
        net["eth0>B"].Blackhole = true;
        Seconds(net, 60);
        net["eth0"].Blackhole = true;
        Seconds(net, 1);
        net["eth0"].Blackhole = false;
        Seconds(net, 10);
        Assert.Equal("eth0", net.Active);
        Assert.Empty(net.Switches);
    }

    [Fact]
    public void A_forced_interface_keeps_the_choice_among_the_servers_addresses_and_no_other()
    {
        var net = Failover([.. Paths("eth0"), .. Paths("wlan0", 20)]);
        net.Policy.Force("wlan0");
        Seconds(net, 60);
        Assert.Equal("wlan0", net.Active);
        foreach (var link in net.Links.Where(l => l.Endpoint is null))
            link.Blackhole = true;
        Seconds(net, 30);
        Assert.Equal("wlan0>B", net.Active);
        Assert.DoesNotContain(net.Switches, s => s.Reason == SwitchReason.Timeout && s.To.StartsWith("eth0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forced_interface_is_not_left_though_it_is_silent_at_every_address_and_another_is_well(bool together)
    {
        PathPolicy policy = together ? new AggregatePolicy(new FailoverOptions()) : new FailoverPolicy(new FailoverOptions());
        var net = new VirtualNetwork(policy, [.. Paths("eth0"), .. Paths("wlan0", 20)]);
        policy.Force("wlan0");
        Seconds(net, 60);
        foreach (var link in net.Links.Where(l => l.Name.StartsWith("wlan0", StringComparison.Ordinal)))
            link.Blackhole = true;
        net.Run(TimeSpan.FromSeconds(60), () => Assert.All(policy.Sending, name => Assert.StartsWith("wlan0", name, StringComparison.Ordinal)));
        foreach (var link in net.Links.Where(l => l.Name.StartsWith("wlan0", StringComparison.Ordinal)))
            link.Usable = false;
        Seconds(net, 1);
        Assert.Equal("eth0", net.Active);
    }

    [Fact]
    public void A_forced_interface_is_the_first_one_too()
    {
        var net = new VirtualNetwork(new FailoverPolicy(new FailoverOptions()), [.. Paths("eth0"), .. Paths("wlan0", 20)]);
        net.Policy.Force("wlan0");
        Seconds(net, 1);
        Assert.Equal((null, "wlan0"), net.Decisions.Select(d => d.Decision).OfType<PathDecision.Switch>().Select(s => (s.From, s.To)).Single());
        Assert.Equal(0, net["eth0"].Delivered);
    }

    [Fact]
    public void Together_the_switch_that_is_told_leads_to_the_address_that_the_server_prefers_next()
    {
        var net = new VirtualNetwork(new AggregatePolicy(new FailoverOptions()),
        [
            Paths("eth0")[0],
            new VirtualLink("eth0>C", 10, new Random(3)) { RttMilliseconds = 20, Rate = 2_000_000, Interface = "eth0", Endpoint = "C", EndpointRank = 2 },
            Paths("eth0")[1],
        ]);
        Seconds(net, 60);
        net["eth0"].Blackhole = true;
        Seconds(net, 5);
        Assert.Equal(["eth0>B"], net.Policy.Sending);
        Assert.Equal(("eth0", "eth0>B"), net.Switches.Select(s => (s.From, s.To)).Single());
    }

    [Fact]
    public void Together_each_interface_has_one_path_and_all_move_with_the_server()
    {
        var net = new VirtualNetwork(new AggregatePolicy(new FailoverOptions()), [.. Paths("eth0"), .. Paths("wlan0", 20)]);
        Seconds(net, 60);
        Assert.Equal(["eth0", "wlan0"], net.Policy.Sending);
        Server(net, "A", usable: false);
        Seconds(net, 1);
        Assert.Equal(["eth0>B", "wlan0>B"], net.Policy.Sending);
        Seconds(net, 20);
        foreach (var link in net.Links)
            link.UsableFor = Vouched;
        Server(net, "A", usable: true);
        Seconds(net, 1);
        Assert.Equal(["eth0", "wlan0"], net.Policy.Sending);
        Assert.Equal(
            [("eth0>B", "eth0", SwitchReason.BetterAlternative), ("wlan0>B", "wlan0", SwitchReason.BetterAlternative)],
            net.Switches.TakeLast(2).Select(s => (s.From!, s.To, s.Reason)));
    }

    [Fact]
    public void Together_a_silent_address_is_left_by_all_and_a_silent_interface_alone()
    {
        var net = new VirtualNetwork(new AggregatePolicy(new FailoverOptions()), [.. Paths("eth0"), .. Paths("wlan0", 20)]);
        Seconds(net, 60);
        foreach (var link in net.Links.Where(l => l.Endpoint is null))
            link.Blackhole = true;
        Seconds(net, 2);
        Assert.Equal(["eth0>B", "wlan0>B"], net.Policy.Sending);
        net["eth0>B"].Blackhole = true;
        Seconds(net, 1);
        Assert.Equal(["wlan0>B"], net.Policy.Sending);
    }

    [Fact]
    public void Together_an_address_that_was_never_reached_is_given_nothing_while_another_interface_works()
    {
        var net = new VirtualNetwork(new AggregatePolicy(new FailoverOptions()), [.. Paths("eth0"), .. Paths("wlan0", 20)]);
        net["eth0>B"].Blackhole = true;
        Seconds(net, 60);
        Server(net, "A", usable: false);
        net.Run(TimeSpan.FromSeconds(20), () => Assert.True(!net.Policy.Sending.Contains("eth0>B") || net.Policy.Sending.Count == 1));
        Assert.Equal(["wlan0>B"], net.Policy.Sending);
    }

    private static VirtualNetwork Failover(IReadOnlyList<VirtualLink> links) => new(new FailoverPolicy(new FailoverOptions()), links);

    /// <summary>Over one interface: to the server's address A, which the client began with, and to B.</summary>
    private static IReadOnlyList<VirtualLink> Paths(string name, int priority = 10, bool metered = false) =>
    [
        new VirtualLink(name, priority, new Random(1)) { RttMilliseconds = 10, Rate = 2_000_000, QueueMilliseconds = 20, Interface = name, Metered = metered },
        new VirtualLink($"{name}>B", priority, new Random(2)) { RttMilliseconds = 20, Rate = 2_000_000, QueueMilliseconds = 20, Interface = name, Metered = metered, Endpoint = "B", EndpointRank = 1 },
    ];

    private static void Server(VirtualNetwork net, string endpoint, bool usable)
    {
        foreach (var link in net.Links.Where(l => (l.Endpoint ?? "A") == endpoint))
            link.Usable = usable;
    }

    private static void Seconds(VirtualNetwork net, double seconds) => net.Run(TimeSpan.FromSeconds(seconds));
}
