using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Profiles;

/// <summary>
/// As whom a client is remembered: the device that it names in `Client-Network`, else the user of its token, else the block of its address. Names of devices
/// and users are kept as digests under a key of the server's own, so that the database tells nobody who they are. None of them authorises anything.
/// </summary>
internal sealed class ClientIdentity(ServerSettings settings)
{
    private const int DigestBytes = 12; // collisions would mix two profiles, no more

    private readonly byte[] _key = HMACSHA256.HashData(settings.Secrets.SigningKeys[0].Span, "hmac-file-server client profiles"u8);

    /// <summary>
    /// The client of a request. Null if it came through a proxy: what the kernel measures there is the way from the proxy to us.
    /// </summary>
    public string? Of(HttpContext context, ClientNetwork? network)
    {
        if (ClientAddress.IsByProxy(context, settings.TrustedProxies))
            return null;
        if (network?.Device is { } device)
            return $"device:{Digest(device)}";
        return context.Features.Get<TokenSubject>() is { } subject ? $"user:{Digest(subject.Name)}" : OfBlock(context.Connection.RemoteIpAddress);
    }

    /// <summary>The block of an address: /24 of IPv4 and /56 of IPv6.</summary>
    public static string? OfBlock(IPAddress? address)
    {
        if (address is null)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : 7;
        bytes.AsSpan(kept).Clear();
        return $"block:{new IPAddress(bytes)}/{kept * 8}";
    }

    private string Digest(string name) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)).AsSpan(0, DigestBytes));
}
