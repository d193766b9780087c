using System.Runtime.InteropServices;
using HmacFileServer.Platform.Routes;
using HmacFileServer.Server.Networks.Routes;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Networks.Routes;

/// <summary>Which changes make the default routes follow the preferred interface, and what is written of them.</summary>
public sealed class RoutePlanTests
{
    private const int Eth0 = 2, Wlan0 = 3, Wwan0 = 4;

    [Fact]
    public void Where_the_preferred_interface_has_the_lowest_metric_nothing_is_changed() =>
        Assert.Empty(RoutePlan.Wanted([Route(Eth0, 100), Route(Wlan0, 600)], [], Eth0));

    [Fact]
    public void Else_it_gets_a_copy_of_its_route_with_a_lower_metric_than_all()
    {
        var routes = new[] { Route(Eth0, 100), Route(Wlan0, 600), Route(Wwan0, 700) };
        var change = Assert.Single(RoutePlan.Wanted(routes, [], Wlan0));
        Assert.Equal((false, routes[1], 99u, DefaultRoute.OwnProtocol), (change.IsMove, change.Original, change.Ours.Metric, change.Ours.Protocol));
        Assert.Equal(Wlan0, change.Ours.InterfaceIndex);
    }

    [Fact]
    public void A_route_of_the_lowest_metric_there_is_makes_way()
    {
        var routes = new[] { Route(Eth0, 0), Route(Wlan0, 600), Route(Wwan0, 700) };
        var change = Assert.Single(RoutePlan.Wanted(routes, [], Wlan0));
        Assert.True(change.IsMove);
        Assert.Equal(routes[0], change.Original);
        Assert.True(change.Ours.Metric > 700 && change.Ours.InterfaceIndex == Eth0);
        Assert.Equal([true, false], RoutePlan.Wanted(routes, [], Wwan0).Select(c => c.IsMove)); // wlan0 is before wwan0 still, so a copy too
    }

    [Fact]
    public void Each_family_has_routes_of_its_own()
    {
        var changes = RoutePlan.Wanted([Route(Eth0, 100), Route(Wlan0, 600), Route(Eth0, 1, v6: true), Route(Wlan0, 1024, v6: true)], [], Wlan0);
        Assert.Equal([(false, false), (true, true)], changes.Select(c => (c.Ours.IsIPv6, c.IsMove)).Order());
    }

    [Fact]
    public void What_is_in_force_is_wanted_again_and_not_built_upon()
    {
        var routes = new[] { Route(Eth0, 0), Route(Wlan0, 600), Route(Wwan0, 700) };
        var changes = RoutePlan.Wanted(routes, [], Wwan0);
        DefaultRoute[] now = [changes[0].Ours, routes[1], routes[2], changes[1].Ours];
        Assert.Equal(changes, RoutePlan.Wanted(now, changes, Wwan0));
        Assert.Empty(RoutePlan.Wanted(now, changes, Eth0));
        Assert.Empty(RoutePlan.Wanted(now, changes, null));
    }

    [Fact]
    public void An_interface_without_a_default_route_gets_none()
    {
        Assert.Empty(RoutePlan.Wanted([Route(Eth0, 100)], [], Wlan0));
        Assert.Empty(RoutePlan.Wanted([Route(Eth0, 100)], [], Eth0));
    }

    [Fact]
    public void The_journal_gives_back_what_was_written_and_refuses_what_it_was_not()
    {
        using var folder = new TemporaryFolder();
        var journal = new RouteJournal(folder["routes.journal"]);
        Assert.Empty(journal.Read());
        var changes = RoutePlan.Wanted([Route(Eth0, 0), Route(Wlan0, 600), Route(Wwan0, 700)], [], Wwan0);
        journal.Write([.. changes]);
        Assert.Equal(changes, journal.Read());
        var text = File.ReadAllText(folder["routes.journal"]);
        foreach (var wrong in new[] { "", "something else\n", text[..^4] + "\n", text + "move\n", text.Replace("move", "burn", StringComparison.Ordinal), text.Replace(" ", " zz", StringComparison.Ordinal) })
        {
            File.WriteAllText(folder["routes.journal"], wrong);
            Assert.Contains("is damaged", Assert.Throws<IOException>(journal.Read).Message, StringComparison.Ordinal);
        }
        journal.Write([]);
        Assert.False(journal.Exists);
    }

    /// <summary>As the kernel tells it: struct rtmsg, then its attributes.</summary>
    private static DefaultRoute Route(int index, uint metric, bool v6 = false)
    {
        var bytes = new List<byte> { (byte)(v6 ? 10 : 2), 0, 0, 0, 254, 16, 0, 1, 0, 0, 0, 0 };
        void Add(ushort type, ReadOnlySpan<byte> value)
        {
            bytes.AddRange(MemoryMarshal.AsBytes([(ushort)(4 + value.Length), type]));
            bytes.AddRange(value);
        }
        Add(15, [254, 0, 0, 0]);
        Add(5, System.Net.IPAddress.Parse(v6 ? "fe80::1" : $"198.18.{index}.1").GetAddressBytes());
        Add(4, MemoryMarshal.AsBytes([index]));
        if (metric > 0)
            Add(6, MemoryMarshal.AsBytes([metric]));
        return DefaultRoute.FromText(Convert.ToHexString([.. bytes]))!;
    }
}
