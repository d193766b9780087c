using System.Net;
using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>One address of an interface as RTM_NEWADDR describes it.</summary>
/// <param name="Index">The interface.</param>
/// <param name="Address">The local address.</param>
internal readonly record struct KernelAddress(int Index, IPAddress Address)
{
    /// <summary>May be used as a source towards another network: global scope, neither tentative nor deprecated nor a duplicate.</summary>
    public bool IsUsable { get; init; }

    /// <summary>Reads the payload of RTM_NEWADDR or RTM_DELADDR; null if it is none.</summary>
    public static KernelAddress? Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetlinkProtocol.AddressHeaderLength)
            return null;
        var family = payload[0];
        uint flags = payload[2];
        var scope = payload[3];
        var index = MemoryMarshal.Read<int>(payload[4..]);
        IPAddress? local = null;
        IPAddress? peer = null;
        var attributes = new NetlinkAttributeReader(payload[NetlinkProtocol.AddressHeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NetlinkProtocol.AddressLocal:
                    local = KernelAddresses.Parse(family, attributes.Value);
                    break;
                case NetlinkProtocol.AddressPeer:
                    peer = KernelAddresses.Parse(family, attributes.Value);
                    break;
                case NetlinkProtocol.AddressFlags:
                    flags = attributes.UInt32; // 32 bits of what the header has 8 of
                    break;
            }
        }
        // IPv6 without a peer sends IFA_ADDRESS alone.
        if (index <= 0 || (local ?? peer) is not { } address)
            return null;
        return new KernelAddress(index, address)
        {
            IsUsable = scope < NetlinkProtocol.ScopeLink && IsReady(flags) && !LinkLocal.Contains(address),
        };
    }

    /// <summary>RFC 4862: not before its duplicate detection is over, unless the address is optimistic (RFC 4429).</summary>
    private static bool IsReady(uint flags) =>
        (flags & (NetlinkProtocol.AddressDeprecated | NetlinkProtocol.AddressDadFailed)) == 0
        && (flags & (NetlinkProtocol.AddressTentative | NetlinkProtocol.AddressOptimistic)) != NetlinkProtocol.AddressTentative;
}

/// <summary>Reads addresses as the kernel writes them.</summary>
internal static class KernelAddresses
{
    public static IPAddress? Parse(byte family, ReadOnlySpan<byte> bytes) => (family, bytes.Length) switch
    {
        (NetlinkProtocol.FamilyInet, 4) or (NetlinkProtocol.FamilyInet6, 16) => new IPAddress(bytes),
        _ => null,
    };
}
