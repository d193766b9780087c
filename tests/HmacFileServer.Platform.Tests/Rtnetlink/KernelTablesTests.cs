using System.Net;
using HmacFileServer.Platform.Linux.Rtnetlink;

namespace HmacFileServer.Platform.Tests.Rtnetlink;

/// <summary>From the kernel's bytes to tables, without a kernel.</summary>
public sealed class KernelTablesTests
{
    private const uint UpWithoutCarrier = 0x1003;
    private const uint Down = 0x1002;
    private readonly KernelTables _tables = new();

    [Fact]
    public void A_link_is_read()
    {
        Apply(new MessageWriter().Link(7, "wlan0", mtu: 1420, kind: "veth"));
        Assert.Equal(new KernelLink(7, "wlan0") { HardwareType = 1, Kind = "veth", Mtu = 1420, IsUp = true, HasCarrier = true }, Assert.Single(_tables.Links));
    }

    [Theory]
    [InlineData(0x11043u, 6, null, true)]   // lower up, operational
    [InlineData(0x11043u, 0, null, true)]   // drivers that do not say: tun
    [InlineData(0x11043u, 5, null, false)]  // dormant: waits for 802.1X
    [InlineData(0x11043u, 2, null, false)]  // down
    [InlineData(0x01043u, 6, null, false)]  // the cable is out, and the state has not caught up
    [InlineData(0x11043u, 6, 0, false)]     // told by its own attribute
    public void Carrier_takes_the_flag_and_the_state_together(uint flags, int state, int? carrier, bool expected)
    {
        Apply(new MessageWriter().Link(1, "eth0", flags, state: (byte)state, carrier: (byte?)carrier));
        Assert.Equal(expected, Assert.Single(_tables.Links).HasCarrier);
    }

    [Fact]
    public void A_port_that_leaves_its_bridge_is_not_removed()
    {
        Apply(new MessageWriter().Link(1, "eth0").Link(1, "eth0", family: 7, type: NetlinkProtocol.DeleteLink));
        Assert.Single(_tables.Links);
        Apply(new MessageWriter().Link(1, "eth0", type: NetlinkProtocol.DeleteLink));
        Assert.Empty(_tables.Links);
    }

    [Fact]
    public void A_removed_link_takes_addresses_and_routes_along()
    {
        Apply(new MessageWriter().Link(1, "eth0").Address(1, "198.18.0.1").Route("0.0.0.0/0", 1, "198.18.0.2").Address(2, "198.18.1.1"));
        Apply(new MessageWriter().Link(1, "eth0", type: NetlinkProtocol.DeleteLink));
        Assert.Equal(2, Assert.Single(_tables.UsableAddresses()).Key);
        Assert.Empty(_tables.Routes());
    }

    [Fact]
    public void A_link_taken_down_loses_its_routes_and_doubts_the_rest()
    {
        Apply(new MessageWriter().Link(1, "eth0").Route("0.0.0.0/0", 1, "198.18.0.2").Route("0.0.0.0/0", 2, "198.18.1.2"));
        Assert.Equal(KernelTable.Routes, Apply(new MessageWriter().Link(1, "eth0", Down)));
        Assert.Equal(2, Assert.Single(_tables.Routes()).Key);
    }

    [Fact]
    public void Lost_carrier_keeps_routes_and_is_noted()
    {
        Apply(new MessageWriter().Link(1, "eth0").Route("0.0.0.0/0", 1, "198.18.0.2"));
        Assert.False(_tables.CarrierChanged);
        Assert.Equal(KernelTable.None, Apply(new MessageWriter().Link(1, "eth0", UpWithoutCarrier, state: 2)));
        Assert.True(_tables.CarrierChanged);
        Assert.Single(_tables.Routes());
    }

    [Theory]
    [InlineData("198.18.0.1", 0, 0x80u, true)]
    [InlineData("fd00::1", 0, 0x80u, true)]
    [InlineData("2001:db8::1", 0, 0x01u, true)]    // temporary (RFC 8981)
    [InlineData("2001:db8::1", 0, 0x40u, false)]   // tentative
    [InlineData("2001:db8::1", 0, 0x44u, true)]    // optimistic
    [InlineData("2001:db8::1", 0, 0x20u, false)]   // deprecated
    [InlineData("2001:db8::1", 0, 0x48u, false)]   // a duplicate
    [InlineData("fe80::1", 253, 0x80u, false)]
    [InlineData("fe80::1", 0, 0x80u, false)]
    [InlineData("169.254.3.4", 0, 0x80u, false)]
    [InlineData("127.0.0.1", 254, 0x80u, false)]
    public void Only_addresses_that_reach_another_network_are_usable(string address, int scope, uint flags, bool usable)
    {
        Apply(new MessageWriter().Address(3, address, (byte)scope, flags));
        Assert.Equal(usable ? [IPAddress.Parse(address)] : [], _tables.UsableAddresses()[3].Select(a => a.Address));
    }

    [Fact]
    public void A_point_to_point_link_has_its_own_address_not_its_peers()
    {
        Apply(new MessageWriter().Address(3, "198.18.0.1", peer: "198.18.0.99"));
        Assert.Equal(IPAddress.Parse("198.18.0.1"), Assert.Single(_tables.UsableAddresses()[3]).Address);
    }

    [Fact]
    public void Addresses_keep_their_order_when_their_state_changes()
    {
        Apply(new MessageWriter().Address(1, "2001:db8::1", flags: 0x40).Address(1, "2001:db8::2"));
        Apply(new MessageWriter().Address(1, "2001:db8::1"));
        Assert.Equal(["2001:db8::1", "2001:db8::2"], _tables.UsableAddresses()[1].Select(a => a.Address.ToString()));
        Assert.Equal(KernelTable.Routes, Apply(new MessageWriter().Address(1, "2001:db8::1", type: NetlinkProtocol.DeleteAddress)));
        Assert.Single(_tables.UsableAddresses()[1]);
    }

    [Fact]
    public void Routes_of_both_families_are_read()
    {
        Apply(new MessageWriter().Route("0.0.0.0/0", 4, "198.18.0.2", metric: 100).Route("198.18.0.0/24", 4).Route("::/0", 4, "fe80::9", metric: 1024));
        var routes = _tables.Routes()[4].ToDictionary(r => r.Destination.ToString());
        Assert.Equal(new KernelRoute(4, IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("198.18.0.2"), 100, 0), routes["0.0.0.0/0"]);
        Assert.Null(routes["198.18.0.0/24"].Gateway);
        Assert.Equal("fe80::9%4", routes["::/0"].Gateway!.ToString());
        Assert.Equal(3, routes.Count);
    }

    [Fact]
    public void Routes_that_no_upload_takes_are_left_out()
    {
        Apply(new MessageWriter()
            .Route("198.18.0.0/24", 4, table: 255)          // local table
            .Route("198.18.0.0/24", 4, table: 1000)         // policy routing
            .Route("198.18.7.0/24", 4, kind: 6)             // blackhole
            .Route("198.18.8.0/24", 4, flags: 0x200)        // cached
            .Route("198.18.9.0/24", 4, flags: 1)            // dead
            .Route("fe80::/64", 4).Route("ff00::/8", 4).Route("169.254.0.0/16", 4));
        Assert.Empty(_tables.Routes());
    }

    [Fact]
    public void Each_next_hop_is_a_route_of_its_interface()
    {
        byte[] hops = [.. MessageWriter.Hop(1, "198.18.0.2"), .. MessageWriter.Hop(2, "198.18.1.2"), .. MessageWriter.Hop(3, "198.18.2.2", flags: 1)];
        Apply(new MessageWriter().Route("0.0.0.0/0", 0, metric: 5, multipath: hops));
        Assert.Equal([(1, "198.18.0.2"), (2, "198.18.1.2")], _tables.Routes().SelectMany(r => r).Select(r => (r.Index, r.Gateway!.ToString())).Order());
        Apply(new MessageWriter().Route("0.0.0.0/0", 0, metric: 5, multipath: hops, type: NetlinkProtocol.DeleteRoute));
        Assert.Empty(_tables.Routes());
    }

    [Theory]
    [InlineData(NetlinkProtocol.Replace, KernelTable.Routes)]
    [InlineData(NetlinkProtocol.Append, KernelTable.Routes)]
    [InlineData(0x600, KernelTable.None)] // created
    public void A_route_that_stands_in_for_others_makes_the_table_doubtful(int flags, object doubtful) =>
        Assert.Equal(doubtful, Apply(new MessageWriter().Route("0.0.0.0/0", 1, "198.18.0.2", messageFlags: (ushort)flags)));

    [Fact]
    public void The_end_of_a_dump_sweeps_what_it_did_not_tell()
    {
        Apply(new MessageWriter().Link(1, "eth0").Link(2, "wlan0").Address(1, "198.18.0.1").Route("0.0.0.0/0", 1, "198.18.0.2"));
        _tables.BeginDump();
        Apply(new MessageWriter().Link(2, "wlan0"));
        _tables.EndDump(KernelTable.Links);
        Assert.Equal("wlan0", Assert.Single(_tables.Links).Name);
        Assert.Single(_tables.UsableAddresses()); // another table's dump is not this one's
    }

    [Fact]
    public void Only_what_differs_is_a_change()
    {
        var all = new MessageWriter().Link(1, "eth0").Address(1, "198.18.0.1").Route("0.0.0.0/0", 1, "198.18.0.2");
        Apply(all);
        Assert.True(_tables.Changed);
        _tables.Changed = false;
        Apply(all);
        Assert.False(_tables.Changed);
        Apply(new MessageWriter().Address(1, "198.18.0.1", flags: 0x20));
        Assert.True(_tables.Changed);
    }

    private KernelTable Apply(MessageWriter writer)
    {
        var doubtful = KernelTable.None;
        var reader = new NetlinkMessageReader(writer.Bytes);
        while (reader.MoveNext())
            doubtful |= _tables.Apply(reader.Header, reader.Payload);
        return doubtful;
    }
}
