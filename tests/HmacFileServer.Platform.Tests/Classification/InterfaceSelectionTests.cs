using System.Net;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Tests.Classification;

public sealed class InterfaceSelectionTests
{
    private static readonly IPAddress Address = IPAddress.Parse("198.18.0.1");
    private static readonly InterfaceRoute Subnet = new(IPNetwork.Parse("198.18.0.0/24"), null, 0);
    private static readonly InterfaceRoute Default = new(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("198.18.0.2"), 0);

    [Fact]
    public void A_card_without_addresses_stays_in_sight() => Assert.True(Shown(new InterfaceTraits("lan") { HasDevice = true }));

    [Fact]
    public void A_link_with_a_telling_name_stays_in_sight() => Assert.True(Shown(new InterfaceTraits("wwan0")));

    [Fact]
    public void A_containers_link_is_shown_once_it_leads_somewhere()
    {
        var veth = new InterfaceTraits("veth1") { LinkKind = "veth" };
        Assert.False(Shown(veth));
        Assert.True(Shown(veth, addresses: [Address]));
        Assert.True(Shown(veth, routes: [Default]));
        Assert.True(Shown(veth, named: true));
    }

    [Fact]
    public void A_bridge_is_shown_if_it_has_a_gateway()
    {
        var bridge = new InterfaceTraits("br0") { IsBridge = true };
        Assert.False(Shown(bridge, addresses: [Address], routes: [Subnet]));
        Assert.True(Shown(bridge, addresses: [Address], routes: [Subnet, Default]));
    }

    [Fact]
    public void Loopback_must_be_named()
    {
        var lo = new InterfaceTraits("lo") { HardwareType = 772 };
        Assert.False(Shown(lo, addresses: [Address], routes: [Default]));
        Assert.True(Shown(lo, named: true));
    }

    private static bool Shown(InterfaceTraits traits, IPAddress[]? addresses = null, InterfaceRoute[]? routes = null, bool named = false)
    {
        var type = new InterfaceClassifier(new Dictionary<string, InterfaceType>()).Classify(traits);
        var state = new InterfaceSnapshot(1, traits.Name, type) { Addresses = addresses ?? [], Routes = routes ?? [] };
        return InterfaceSelection.IsShown(traits, type, state, named);
    }
}
