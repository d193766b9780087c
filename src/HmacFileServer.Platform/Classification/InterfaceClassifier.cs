using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>
/// Tells what kind of network an interface leads to. Hardware wins over the name; a purely virtual link (veth, macvlan, tun)
/// has no hardware to ask, so whoever named it `wlan0` is believed.
/// </summary>
/// <param name="overrides">Kinds fixed by the configuration, by exact name.</param>
public sealed class InterfaceClassifier(IReadOnlyDictionary<string, InterfaceType> overrides)
{
    // Drivers of cellular modems, and of phones that lend their connection over USB.
    private static readonly HashSet<string> ModemDrivers =
        ["qmi_wwan", "cdc_mbim", "huawei_cdc_ncm", "sierra_net", "mhi_net", "iosm", "t7xx", "mtk_t7xx"];
    private static readonly HashSet<string> TetherDrivers = ["rndis_host", "ipheth"];

    public InterfaceType Classify(InterfaceTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        if (overrides.TryGetValue(traits.Name, out var chosen))
            return chosen;
        return FromHardware(traits) ?? FromVirtualLink(traits);
    }

    private static InterfaceType? FromHardware(InterfaceTraits traits)
    {
        if (traits.HardwareType == HardwareTypes.Loopback)
            return InterfaceType.Loopback;
        if (traits.IsWireless || traits.DeviceType == "wlan"
            || traits.HardwareType is HardwareTypes.Ieee80211 or HardwareTypes.Ieee80211Prism or HardwareTypes.Ieee80211Radiotap)
            return InterfaceType.Wifi;
        if (traits.DeviceType == "wwan" || traits.LinkKind is "wwan" or "rmnet" || traits.HardwareType == HardwareTypes.RawIp
            || (traits.Driver is not null && ModemDrivers.Contains(traits.Driver)))
            return InterfaceType.Lte;
        if (traits.HardwareType == HardwareTypes.Ppp || (traits.Driver is not null && TetherDrivers.Contains(traits.Driver)))
            return InterfaceType.Cellular;
        if (!traits.HasDevice || traits.HardwareType is not (null or HardwareTypes.Ethernet))
            return null;
        // A wired card keeps its kind whatever its name, except for names that say a modem is behind it.
        var named = InterfaceNames.Guess(traits.Name);
        return named is InterfaceType.Lte or InterfaceType.Cellular ? named : InterfaceType.Ethernet;
    }

    private static InterfaceType FromVirtualLink(InterfaceTraits traits)
    {
        if (traits.IsBridge || traits.DeviceType is "bond" or "vlan" || traits.LinkKind is "bond" or "team" or "vlan")
            return InterfaceType.Ethernet;
        if (traits.LinkKind is "wireguard" or "xfrm" or "vti" or "vti6" or "ovpn" || traits.DeviceType == "wireguard")
            return InterfaceType.Vpn;
        var named = InterfaceNames.Guess(traits.Name);
        if (named is not InterfaceType.Unknown)
            return named;
        if (traits.IsTun || IsTunnel(traits.HardwareType))
            return InterfaceType.Vpn;
        return traits.LinkKind is "macvlan" or "ipvlan" ? InterfaceType.Ethernet : InterfaceType.Unknown;
    }

    private static bool IsTunnel(int? hardwareType) => hardwareType is HardwareTypes.None or HardwareTypes.Tunnel or HardwareTypes.Tunnel6
        or HardwareTypes.Sit or HardwareTypes.IpGre or HardwareTypes.Ip6Gre;
}
