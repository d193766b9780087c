using System.Runtime.InteropServices;
using System.Text;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>One interface as RTM_NEWLINK describes it.</summary>
internal sealed record KernelLink(int Index, string Name)
{
    public int HardwareType { get; init; }

    public string? Kind { get; init; }

    public int Mtu { get; init; }

    public bool IsUp { get; init; }

    public bool HasCarrier { get; init; }

    /// <summary>Reads the payload of RTM_NEWLINK or RTM_DELLINK; null if it is none, or speaks of a bridge's port instead.</summary>
    public static KernelLink? Parse(ReadOnlySpan<byte> payload)
    {
        // A message of family AF_BRIDGE says that a port joined or left its bridge, not that the link came or went.
        if (payload.Length < NetlinkProtocol.LinkHeaderLength || payload[0] != NetlinkProtocol.FamilyUnspecified)
            return null;
        var index = MemoryMarshal.Read<int>(payload[4..]);
        var flags = MemoryMarshal.Read<uint>(payload[8..]);
        string? name = null;
        string? kind = null;
        var mtu = 0;
        var state = NetlinkProtocol.OperationalUnknown;
        var carrier = true;
        var attributes = new NetlinkAttributeReader(payload[NetlinkProtocol.LinkHeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NetlinkProtocol.LinkName:
                    name = Encoding.UTF8.GetString(attributes.Text);
                    break;
                case NetlinkProtocol.LinkMtu:
                    mtu = (int)Math.Min(attributes.UInt32, int.MaxValue);
                    break;
                case NetlinkProtocol.LinkOperationalState:
                    state = attributes.Byte;
                    break;
                case NetlinkProtocol.LinkCarrier:
                    carrier = attributes.Byte != 0;
                    break;
                case NetlinkProtocol.LinkInfo:
                    kind = ParseKind(attributes.Value);
                    break;
            }
        }
        if (index <= 0 || string.IsNullOrEmpty(name))
            return null;
        return new KernelLink(index, name)
        {
            HardwareType = MemoryMarshal.Read<ushort>(payload[2..]),
            Kind = kind,
            Mtu = mtu,
            IsUp = (flags & NetlinkProtocol.InterfaceUp) != 0,
            // The flag follows the hardware at once; the operational state adds what 802.1X or a modem still wait for.
            HasCarrier = carrier && (flags & NetlinkProtocol.InterfaceLowerUp) != 0
                && state is NetlinkProtocol.OperationalUnknown or NetlinkProtocol.OperationalUp,
        };
    }

    private static string? ParseKind(ReadOnlySpan<byte> linkInfo)
    {
        var nested = new NetlinkAttributeReader(linkInfo);
        while (nested.MoveNext())
        {
            if (nested.Type == NetlinkProtocol.LinkInfoKind)
                return Encoding.UTF8.GetString(nested.Text);
        }
        return null;
    }
}
