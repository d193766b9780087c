using System.Net;

namespace HmacFileServer.Platform;

/// <summary>Addresses that are valid on one link only: fe80::/10 (RFC 4291) and 169.254.0.0/16 (RFC 3927).</summary>
internal static class LinkLocal
{
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv6LinkLocal)
            return true;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4 && bytes[0] == 169 && bytes[1] == 254;
    }
}
