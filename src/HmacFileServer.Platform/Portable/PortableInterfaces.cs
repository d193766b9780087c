using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Portable;

/// <summary>Reads the interfaces through the base class library. Routes are what it tells of them: subnets and default gateways.</summary>
internal sealed class PortableInterfaces(MonitorOptions options)
{
    public IReadOnlyList<InterfaceSnapshot> Read()
    {
        var shown = new List<InterfaceSnapshot>();
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (ReadOne(card) is { } snapshot)
                shown.Add(snapshot);
        }
        return [.. shown.OrderBy(s => s.Index)];
    }

    private InterfaceSnapshot? ReadOne(NetworkInterface card)
    {
        IPInterfaceProperties properties;
        try
        {
            properties = card.GetIPProperties();
        }
        catch (NetworkInformationException)
        {
            return null; // vanished while it was read
        }
        if (Numbers(properties) is not var (index, mtu))
            return null; // has neither IPv4 nor IPv6
        var type = options.TypeOverrides.TryGetValue(card.Name, out var chosen) ? chosen : TypeOf(card);
        var usable = properties.UnicastAddresses.Where(IsUsable).ToList();
        var snapshot = new InterfaceSnapshot(index, card.Name, type)
        {
            IsUp = card.OperationalStatus is not (OperationalStatus.Down or OperationalStatus.NotPresent),
            HasCarrier = card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,
            Mtu = mtu,
            Addresses = [.. usable.Select(a => a.Address)],
            Routes = [.. usable.Select(Subnet), .. properties.GatewayAddresses.Select(g => Default(g.Address)).OfType<InterfaceRoute>()],
        };
        var traits = new InterfaceTraits(card.Name) { HasDevice = type is not (InterfaceType.Unknown or InterfaceType.Loopback) };
        return InterfaceSelection.IsShown(traits, type, snapshot, options.IsNamed(card.Name)) ? snapshot : null;
    }

    /// <summary>The kind as the system names it; where it only says Ethernet, the name may know better.</summary>
    internal static InterfaceType TypeOf(NetworkInterface card) => card.NetworkInterfaceType switch
    {
        NetworkInterfaceType.Loopback => InterfaceType.Loopback,
        NetworkInterfaceType.Wireless80211 => InterfaceType.Wifi,
        NetworkInterfaceType.Wwanpp or NetworkInterfaceType.Wwanpp2 => InterfaceType.Lte,
        NetworkInterfaceType.Ppp => InterfaceType.Cellular,
        NetworkInterfaceType.Tunnel => InterfaceType.Vpn,
        NetworkInterfaceType.Ethernet or NetworkInterfaceType.GigabitEthernet or NetworkInterfaceType.FastEthernetT
            or NetworkInterfaceType.FastEthernetFx or NetworkInterfaceType.Ethernet3Megabit =>
            InterfaceNames.Guess(card.Name) is not InterfaceType.Unknown and var named ? named : InterfaceType.Ethernet,
        _ => InterfaceNames.Guess(card.Name),
    };

    private static (int Index, int Mtu)? Numbers(IPInterfaceProperties properties)
    {
        try
        {
            if (properties.GetIPv4Properties() is { } four)
                return (four.Index, four.Mtu);
        }
        catch (NetworkInformationException)
        {
            // IPv4 is not bound to this card
        }
        try
        {
            return properties.GetIPv6Properties() is { } six ? (six.Index, six.Mtu) : null;
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }

    private static bool IsUsable(UnicastIPAddressInformation address)
    {
        if (LinkLocal.Contains(address.Address))
            return false;
        // Only Windows tells of duplicate detection.
        return !OperatingSystem.IsWindows() || address.DuplicateAddressDetectionState == DuplicateAddressDetectionState.Preferred;
    }

    private static InterfaceRoute Subnet(UnicastIPAddressInformation address)
    {
        var bytes = address.Address.GetAddressBytes();
        var bits = Math.Clamp(address.PrefixLength, 0, bytes.Length * 8);
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit >> 3] &= (byte)~(0x80 >> (bit & 7));
        return new InterfaceRoute(new IPNetwork(new IPAddress(bytes), bits), Gateway: null, Metric: 0);
    }

    private static InterfaceRoute? Default(IPAddress gateway) => gateway.AddressFamily switch
    {
        _ when gateway.Equals(IPAddress.Any) || gateway.Equals(IPAddress.IPv6Any) => null,
        AddressFamily.InterNetwork => new InterfaceRoute(new IPNetwork(IPAddress.Any, 0), gateway, Metric: 0),
        _ => new InterfaceRoute(new IPNetwork(IPAddress.IPv6Any, 0), gateway, Metric: 0),
    };
}
