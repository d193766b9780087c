using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>The kind that an interface's name suggests: the fallback where hardware says nothing.</summary>
internal static class InterfaceNames
{
    // Longer prefixes first where one begins like another. systemd's predictable names (en, wl, ww) go on with a letter,
    // the kernel's own with a digit; `usb` is a phone or a modem of unknown generation.
    private static readonly (string Prefix, InterfaceType Type, bool MayGoOnWithLetter)[] Prefixes =
    [
        ("wwan", InterfaceType.Lte, false),
        ("rmnet", InterfaceType.Lte, true),
        ("ww", InterfaceType.Lte, true),
        ("wlan", InterfaceType.Wifi, false),
        ("wl", InterfaceType.Wifi, true),
        ("eth", InterfaceType.Ethernet, false),
        ("en", InterfaceType.Ethernet, true),
        ("ppp", InterfaceType.Cellular, false),
        ("usb", InterfaceType.Cellular, false),
        ("utun", InterfaceType.Vpn, false),
        ("tun", InterfaceType.Vpn, false),
        ("tap", InterfaceType.Vpn, false),
        ("wg", InterfaceType.Vpn, true),
        ("tailscale", InterfaceType.Vpn, false),
        ("zt", InterfaceType.Vpn, true),
        ("ipsec", InterfaceType.Vpn, false),
        ("vpn", InterfaceType.Vpn, true),
    ];

    public static InterfaceType Guess(ReadOnlySpan<char> name)
    {
        if (name is "lo")
            return InterfaceType.Loopback;
        foreach (var (prefix, type, letters) in Prefixes)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var rest = name[prefix.Length..];
            if (rest.IsEmpty || letters || char.IsAsciiDigit(rest[0]) || rest[0] is '-' or '_' or '.')
                return type;
        }
        return InterfaceType.Unknown;
    }
}
