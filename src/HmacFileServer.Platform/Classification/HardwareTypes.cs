namespace HmacFileServer.Platform;

/// <summary>The hardware types (linux/if_arp.h) that tell a kind of network.</summary>
internal static class HardwareTypes
{
    public const int Ethernet = 1;
    public const int Ppp = 512;
    public const int RawIp = 519; // cellular modems without Ethernet framing
    public const int Tunnel = 768;
    public const int Tunnel6 = 769;
    public const int Loopback = 772;
    public const int Sit = 776;
    public const int IpGre = 778;
    public const int Ieee80211 = 801;
    public const int Ieee80211Prism = 802;
    public const int Ieee80211Radiotap = 803;
    public const int Ip6Gre = 823;
    public const int None = 0xFFFE; // tun and WireGuard: no link layer
}
