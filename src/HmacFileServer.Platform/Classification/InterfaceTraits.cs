namespace HmacFileServer.Platform;

/// <summary>What netlink and sysfs say of one interface, as far as it tells what kind it is.</summary>
/// <param name="Name">The interface's name.</param>
public sealed record InterfaceTraits(string Name)
{
    /// <summary>The hardware type (ARPHRD_*, linux/if_arp.h); 1 is Ethernet framing. Null where it is not known.</summary>
    public int? HardwareType { get; init; }

    /// <summary>The driver's kind of virtual link (IFLA_INFO_KIND: `veth`, `bridge`, `wireguard`), or null.</summary>
    public string? LinkKind { get; init; }

    /// <summary>DEVTYPE of the interface's uevent file: `wlan`, `wwan`, `bridge`, or null.</summary>
    public string? DeviceType { get; init; }

    /// <summary>The bus driver of the hardware behind it (`e1000e`, `qmi_wwan`), or null where there is none.</summary>
    public string? Driver { get; init; }

    /// <summary>There is a `wireless` or `phy80211` entry: IEEE 802.11.</summary>
    public bool IsWireless { get; init; }

    /// <summary>Made by the tun driver (tun or tap).</summary>
    public bool IsTun { get; init; }

    /// <summary>A software bridge.</summary>
    public bool IsBridge { get; init; }

    /// <summary>There is hardware (or a paravirtual device) behind it.</summary>
    public bool HasDevice { get; init; }
}
