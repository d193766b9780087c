using System.Net;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Tests.Paths;

/// <summary>Which interfaces are paths, with each switch of the configuration off.</summary>
public sealed class PathFinderTests
{
    private static readonly IReadOnlyList<IPAddress> Server = [IPAddress.Parse("203.0.113.5")];

    private static readonly InterfaceSnapshot[] Interfaces = [Interface(2, "eth0", InterfaceType.Ethernet, 100), Interface(3, "wlan0", InterfaceType.Wifi, 600)];

    [Fact]
    public void Every_interface_that_leads_there_is_a_path() => Assert.Equal(["eth0", "wlan0"], Names(new HmacFileServerOptions()));

    [Fact]
    public void Multi_interface_enabled_off_leaves_that_of_the_default_route_whichever_it_is()
    {
        var options = new HmacFileServerOptions { NetworkResilience = new() { MultiInterfaceEnabled = false } };
        Assert.Equal(["eth0"], Names(options));
        Assert.Equal(["wlan0"], Names(options, [Interface(2, "eth0", InterfaceType.Ethernet, 700), Interfaces[1]]));
        Assert.Equal(["wlan0"], Names(options, [Interfaces[0] with { HasCarrier = false }, Interfaces[1]]));
    }

    [Fact]
    public void Multi_interface_enabled_off_still_knows_the_forced_one() => Assert.Equal(["eth0", "wlan0"],
        Names(new HmacFileServerOptions { NetworkResilience = new() { MultiInterfaceEnabled = false, ForceInterface = "wlan0" } }));

    [Fact]
    public void Enabled_off_leaves_the_routing_to_the_system()
    {
        var path = Assert.Single(Find(new HmacFileServerOptions { NetworkResilience = new() { Enabled = false } }, Interfaces));
        Assert.Equal((PathFinder.SystemRoute, InterfaceType.Ethernet), (path.Name, path.Type));
        Assert.Null(path.Interface);
    }

    [Fact]
    public void Kinds_of_the_configuration_reach_the_options() => Assert.Equal(
        InterfaceType.Satellite,
        ClientOptions.From(new HmacFileServerOptions { NetworkResilience = new() { InterfaceTypes = [new("eth1", InterfaceType.Satellite)] } }).InterfaceTypes["eth1"]);

    [Fact]
    public void Networks_behind_one_interface_are_told_apart_by_their_gateway()
    {
        var path = Find(new HmacFileServerOptions(), Interfaces)[1];
        Assert.Equal("wlan0@192.0.2.1", path.Network);
        Assert.Equal("wlan0@-", (path with { Interface = path.Interface! with { Routes = [] } }).Network);
    }

    private static IEnumerable<string> Names(HmacFileServerOptions options, InterfaceSnapshot[]? interfaces = null) => Find(options, interfaces ?? Interfaces).Select(p => p.Name);

    private static IReadOnlyList<PathCandidate> Find(HmacFileServerOptions options, InterfaceSnapshot[] interfaces) =>
        new PathFinder(ClientOptions.From(options)).Find(interfaces, Server);

    private static InterfaceSnapshot Interface(int index, string name, InterfaceType type, int metric) => new(index, name, type)
    {
        IsUp = true,
        HasCarrier = true,
        Addresses = [IPAddress.Parse($"192.0.2.{index}")],
        Routes = [new InterfaceRoute(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("192.0.2.1"), metric)],
    };
}
