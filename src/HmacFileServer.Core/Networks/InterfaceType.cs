namespace HmacFileServer.Core.Networks;

/// <summary>What kind of network an interface leads to. The wire and the configuration use the lower-case names (`ethernet`, `5g`, ...).</summary>
public enum InterfaceType
{
    /// <summary>Not recognised; treated like <see cref="Ethernet"/> with the lowest priority.</summary>
    Unknown,
    Ethernet,
    Wifi,
    FiveG,
    Lte,
    Satellite,

    /// <summary>Cellular without knowledge of its generation: ppp, older modems.</summary>
    Cellular,
    Vpn,

    /// <summary>Only where it was named: loopback is never found by itself.</summary>
    Loopback,
}

/// <summary>The names of <see cref="InterfaceType"/> on the wire, in configuration and in JSON.</summary>
public static class InterfaceTypeNames
{
    /// <summary>The lower-case name: `ethernet`, `wifi`, `5g`, `lte`, `satellite`, `cellular`, `vpn`, `loopback`, `unknown`.</summary>
    public static string Name(this InterfaceType type) => type switch
    {
        InterfaceType.Ethernet => "ethernet",
        InterfaceType.Wifi => "wifi",
        InterfaceType.FiveG => "5g",
        InterfaceType.Lte => "lte",
        InterfaceType.Satellite => "satellite",
        InterfaceType.Cellular => "cellular",
        InterfaceType.Vpn => "vpn",
        InterfaceType.Loopback => "loopback",
        _ => "unknown",
    };

    /// <summary>Reads a lower-case name; <see cref="InterfaceType.Unknown"/> for one that is none of them, and for none.</summary>
    public static InterfaceType ParseOrUnknown(ReadOnlySpan<char> name) => TryParse(name, out var type) ? type : InterfaceType.Unknown;

    /// <summary>Reads a lower-case name; false for a name that is none of them.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out InterfaceType type)
    {
        foreach (var candidate in Enum.GetValues<InterfaceType>())
        {
            if (name.SequenceEqual(candidate.Name()))
            {
                type = candidate;
                return true;
            }
        }
        type = InterfaceType.Unknown;
        return false;
    }
}
