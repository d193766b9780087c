using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Tests.Classification;

public sealed class InterfaceClassifierTests
{
    private static readonly InterfaceClassifier Classifier = new(new Dictionary<string, InterfaceType>());

    /// <summary>Name, ARPHRD type, sysfs entries, and the kind that follows.</summary>
    public static TheoryData<string, int, string, InterfaceType> Machines => new()
    {
        // wired cards, under every name they get
        { "eth0", 1, "device device/driver=e1000e", InterfaceType.Ethernet },
        { "enp3s0", 1, "device device/driver=igb", InterfaceType.Ethernet },
        { "lan", 1, "device device/driver=virtio_net", InterfaceType.Ethernet },
        { "wlan9", 1, "device device/driver=e1000e", InterfaceType.Ethernet }, // hardware wins over a misleading name
        // wireless, by each of its signs
        { "wlp2s0", 1, "device phy80211 uevent=DEVTYPE=wlan", InterfaceType.Wifi },
        { "radio", 1, "device wireless", InterfaceType.Wifi },
        { "ath0", 1, "uevent=DEVTYPE=wlan", InterfaceType.Wifi },
        { "mon0", 803, "", InterfaceType.Wifi },
        // modems and tethered phones
        { "wwp0s20u4", 1, "device device/driver=cdc_mbim uevent=DEVTYPE=wwan", InterfaceType.Lte },
        { "eth1", 1, "device device/driver=qmi_wwan", InterfaceType.Lte },
        { "rmnet_data0", 519, "", InterfaceType.Lte },
        { "wwan0", 1, "device device/driver=cdc_ether", InterfaceType.Lte }, // by its name alone
        { "usb0", 1, "device device/driver=cdc_ether", InterfaceType.Cellular },
        { "enx001122334455", 1, "device device/driver=rndis_host", InterfaceType.Cellular },
        { "eth2", 1, "device device/driver=ipheth", InterfaceType.Cellular },
        { "ppp0", 512, "", InterfaceType.Cellular },
        // virtual private networks
        { "tun0", 65534, "tun_flags=0x1001", InterfaceType.Vpn },
        { "office", 65534, "tun_flags=0x1001", InterfaceType.Vpn },
        { "wg0", 65534, "uevent=DEVTYPE=wireguard", InterfaceType.Vpn },
        { "wlan0", 65534, "uevent=DEVTYPE=wireguard", InterfaceType.Vpn }, // no name hides WireGuard
        { "gre1", 778, "", InterfaceType.Vpn },
        // links of a lab: virtual, so the name is believed
        { "eth0", 1, "", InterfaceType.Ethernet },
        { "wlan0", 1, "", InterfaceType.Wifi },
        { "wwan0", 1, "", InterfaceType.Lte },
        { "ppp0", 1, "", InterfaceType.Cellular },
        { "tun0", 1, "", InterfaceType.Vpn },
        { "wlan1", 65534, "tun_flags=0x1002", InterfaceType.Wifi },
        // the rest
        { "lo", 772, "", InterfaceType.Loopback },
        { "br0", 1, "bridge uevent=DEVTYPE=bridge", InterfaceType.Ethernet },
        { "bond0", 1, "uevent=DEVTYPE=bond", InterfaceType.Ethernet },
        { "veth12ab", 1, "", InterfaceType.Unknown },
        { "ethos", 1, "", InterfaceType.Unknown }, // begins like a card's name, and is none
        { "tunl0", 768, "", InterfaceType.Vpn },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_kind_follows_from_sysfs_and_then_from_the_name(string name, int type, string entries, InterfaceType expected)
    {
        using var sysfs = new FakeSysfs().Add(name, type, entries.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, Classifier.Classify(sysfs.Interfaces.Read(name)));
    }

    [Theory]
    [InlineData("veth", "wlan0", InterfaceType.Wifi)]
    [InlineData("veth", "veth3", InterfaceType.Unknown)]
    [InlineData("macvlan", "mac7", InterfaceType.Ethernet)]
    [InlineData("wireguard", "eth0", InterfaceType.Vpn)]
    [InlineData("rmnet", "qmapmux0", InterfaceType.Lte)]
    public void Netlink_knows_virtual_links_without_sysfs(string kind, string name, InterfaceType expected) =>
        Assert.Equal(expected, Classifier.Classify(new InterfaceTraits(name) { HardwareType = 1, LinkKind = kind }));

    [Fact]
    public void The_configuration_wins_over_everything()
    {
        var chosen = new InterfaceClassifier(new Dictionary<string, InterfaceType> { ["wlan0"] = InterfaceType.Satellite });
        using var sysfs = new FakeSysfs().Add("wlan0", 1, "device", "wireless").Add("wlan00", 1, "device", "wireless");
        Assert.Equal(InterfaceType.Satellite, chosen.Classify(sysfs.Interfaces.Read("wlan0")));
        Assert.Equal(InterfaceType.Wifi, chosen.Classify(sysfs.Interfaces.Read("wlan00")));
    }

    [Fact]
    public void An_interface_that_sysfs_does_not_know_is_told_by_its_name()
    {
        using var sysfs = new FakeSysfs().Add("eth0", 1, "device");
        Assert.Equal(InterfaceType.Wifi, Classifier.Classify(sysfs.Interfaces.Read("wlan0")));
    }

    [Fact]
    public void Sysfs_of_another_namespace_is_not_believed()
    {
        using var sysfs = new FakeSysfs().Add("wwan0", 1, "device", "wireless"); // its ifindex is 7
        Assert.True(sysfs.Interfaces.Read("wwan0", index: 7).IsWireless);
        Assert.Equal(new InterfaceTraits("wwan0"), sysfs.Interfaces.Read("wwan0", index: 8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("a\0b")]
    public void Names_that_lead_out_of_the_folder_are_not_followed(string name)
    {
        using var sysfs = new FakeSysfs().Add("eth0", 1);
        Assert.Equal(new InterfaceTraits(name), sysfs.Interfaces.Read(name));
    }
}
