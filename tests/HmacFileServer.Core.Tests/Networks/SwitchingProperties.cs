using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Networks;
using HmacFileServer.Testing.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>What holds whatever happens to the links. Each history is a list of events with virtual time between them.</summary>
public sealed class SwitchingProperties
{
    private static readonly FailoverOptions Options = new();
    private static readonly string[] Names = ["eth0", "wlan0", "wwan0"];

    private enum Event
    {
        Cut, Plug, Swallow, Pass, Slow, Fast, Lossy, Clean, Queue, Drain, Wait, WaitLong,
    }

    [Fact]
    public void A_dead_path_is_left_within_its_bound() => Check((net, history) =>
    {
        string? dead = null;
        var since = TimeSpan.Zero;
        Play(net, history, () =>
        {
            var active = net.Active;
            var healthy = net.Links.Any(l => l.Name != active && l.Usable && !l.Blackhole && l.IsConnected && !net.Policy.IsSuspect(l.Name));
            if (active is null || net[active].Usable && !net[active].Blackhole || !healthy)
            {
                dead = null;
                return;
            }
            if (dead != active)
                (dead, since) = (active, net.Now);
            // Silences that were usual on the path count three times: jitter of half a round trip, and what the links were at before.
            var bound = TimeSpan.FromMilliseconds(3 * (net[active].RttMilliseconds + net[active].QueueMilliseconds) + 100 + 3 * 80 + 1000);
            Assert.True(net.Now - since <= bound, $"{active} dead for {(net.Now - since).TotalMilliseconds} ms at {net.Now}");
        });
    });

    [Fact]
    public void Never_two_changes_by_choice_inside_a_hold_down() => Check((net, history) =>
    {
        Play(net, history);
        var chosen = net.Decisions
            .Where(d => d.Decision is PathDecision.Switch { From: not null, Reason: SwitchReason.QualityDegradation or SwitchReason.BetterAlternative })
            .Select(d => d.At).ToList();
        for (var i = 1; i < chosen.Count; i++)
            Assert.True(chosen[i] - chosen[i - 1] >= Options.HoldDownFirst, $"{chosen[i - 1]} and {chosen[i]}");
    });

    [Fact]
    public void A_path_that_failed_is_not_returned_to_inside_its_hold_down() => Check((net, history) =>
    {
        Play(net, [(Event.Swallow, 0), (Event.Pass, 0), .. history]);
        var left = new Dictionary<string, TimeSpan>();
        foreach (var (at, decision) in net.Decisions)
        {
            if (decision is not PathDecision.Switch { From: { } from } change)
                continue;
            if (change.Reason is SwitchReason.BetterAlternative or SwitchReason.QualityDegradation && left.TryGetValue(change.To, out var before))
                Assert.True(at - before >= Options.HoldDownFirst, $"{change.To} was left at {before} and taken again at {at}");
            if (change.Reason is SwitchReason.Timeout or SwitchReason.QualityDegradation)
                left[from] = at;
        }
    }, Options with { StabilityTime = TimeSpan.FromSeconds(1) }); // else the stability time would hide the hold-down

    [Fact]
    public void Never_away_from_a_path_that_delivers_at_its_rate() => Check(WhatDeliversIsKept);

    /// <summary>
    /// A random history found it: the rate falls to a tenth in an instant, and what is measured of it still trails (403 of usually 1020 KB/s) when the path is left. By
    /// that measure it delivered at its rate a look before; in truth it had not for two seconds.
    /// </summary>
    [Fact]
    public void A_path_that_has_fallen_to_a_tenth_is_left_although_what_is_measured_trails()
    {
        var net = New(Options);
        WhatDeliversIsKept(net,
        [
            (Event.WaitLong, 1), (Event.Swallow, 1), (Event.Wait, 2), (Event.Lossy, 0), (Event.Slow, 0), (Event.Clean, 2), (Event.Lossy, 1), (Event.Fast, 0), (Event.Fast, 0), (Event.Swallow, 0),
            (Event.Wait, 0), (Event.Queue, 1), (Event.Queue, 2), (Event.Pass, 2), (Event.Queue, 2), (Event.Swallow, 1), (Event.WaitLong, 1), (Event.WaitLong, 2), (Event.Swallow, 1),
        ]);
        Assert.Contains(net.Switches, s => (s.From, s.To, s.Reason) == ("eth0", "wwan0", SwitchReason.QualityDegradation));
    }

    /// <summary>By what the links do, and not by what is measured of them: one that has been well for longer than the longest window of a measurement is not left for its quality.</summary>
    private static void WhatDeliversIsKept(VirtualNetwork net, (Event What, int Which)[] history)
    {
        var window = TimeSpan.FromSeconds(12);
        var lastIll = net.Links.ToDictionary(l => l.Name, _ => net.Now - window);
        var seen = 0;
        Play(net, history, () =>
        {
            for (; seen < net.Decisions.Count; seen++)
            {
                if (net.Decisions[seen].Decision is PathDecision.Switch { Reason: SwitchReason.QualityDegradation, From: { } from } change)
                    Assert.True(net.Now - lastIll[from] < window, $"{change} at {net.Now}, well since {lastIll[from]}");
            }
            foreach (var link in net.Links)
            {
                if (!link.Usable || link.Blackhole || link.LossPercent > 0 || link.Rate < 1_000_000)
                    lastIll[link.Name] = net.Now;
            }
        });
    }

    [Fact]
    public void Always_back_to_the_preferred_path_when_it_has_been_stable() => Check((net, history) =>
    {
        Play(net, history);
        foreach (var link in net.Links)
        {
            (link.Usable, link.Blackhole, link.LossPercent, link.ForeignMilliseconds) = (true, false, 0, 0);
            (link.Rate, link.QueueMilliseconds) = (1_000_000, 50);
        }
        Assert.True(net.RunUntil(() => net.Active == "eth0", Options.HoldDownMost + Options.StabilityTime + TimeSpan.FromSeconds(30)), $"on {net.Active}");
    });

    [Fact]
    public void The_override_always_wins() => Check((net, history) =>
    {
        Play(net, history);
        net.Policy.Force("wwan0");
        var unusable = true;
        Play(net, [.. history.Where(e => e.Which == 2), (Event.Cut, 2), (Event.Plug, 2), (Event.Cut, 2), (Event.Plug, 2), .. history], () =>
        {
            var usable = net["wwan0"].Usable;
            if (usable && !unusable)
                Assert.Equal("wwan0", net.Active);
            unusable = !usable;
        });
    });

    private static void Check(Action<VirtualNetwork, (Event What, int Which)[]> property, FailoverOptions? options = null)
    {
        var step = Gen.Elements(Enum.GetValues<Event>()).SelectMany(what => Gen.Choose(0, Names.Length - 1).Select(which => (what, which)));
        var histories = step.ArrayOf().Resize(25).ToArbitrary();
        Prop.ForAll(histories, history => property(New(options ?? Options), history)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private static void Play(VirtualNetwork net, (Event What, int Which)[] history, Action? each = null)
    {
        net.Run(TimeSpan.FromSeconds(3), each);
        foreach (var (what, which) in history)
        {
            var link = net[Names[which]];
            Apply(what, link);
            net.Run(what == Event.WaitLong ? TimeSpan.FromSeconds(45) : TimeSpan.FromSeconds(2 + which), each);
        }
    }

    private static void Apply(Event what, VirtualLink link)
    {
        switch (what)
        {
            case Event.Cut or Event.Plug:
                link.Usable = what == Event.Plug;
                break;
            case Event.Swallow or Event.Pass:
                link.Blackhole = what == Event.Swallow;
                break;
            case Event.Slow or Event.Fast:
                link.Rate = what == Event.Slow ? 100_000 : 1_000_000;
                break;
            case Event.Lossy or Event.Clean:
                link.LossPercent = what == Event.Lossy ? 10 : 0;
                break;
            case Event.Queue or Event.Drain:
                link.QueueMilliseconds = what == Event.Queue ? 1500 : 50;
                break;
        }
    }

    private static VirtualNetwork New(FailoverOptions options) => new(new FailoverPolicy(options),
    [
        new VirtualLink("eth0", 10, new Random(1)) { RttMilliseconds = 4, QueueMilliseconds = 50 },
        new VirtualLink("wlan0", 20, new Random(2)) { RttMilliseconds = 30, QueueMilliseconds = 50 },
        new VirtualLink("wwan0", 30, new Random(3)) { RttMilliseconds = 80, QueueMilliseconds = 50 },
    ])
    {
        Step = TimeSpan.FromMilliseconds(20),
    };
}
