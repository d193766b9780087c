using System.Net;
using System.Net.Security;

namespace HmacFileServer.Client.Connections;

/// <summary>Where the server is: its name, its addresses and how to speak to it.</summary>
internal sealed record ServerEndpoint(string Host, int Port, IReadOnlyList<IPAddress> Addresses, SslClientAuthenticationOptions? Tls)
{
    /// <summary>Takes a URL apart and looks its host up. Fails with <see cref="UploadFailure.UnknownHost"/>.</summary>
    public static async Task<ServerEndpoint> ResolveAsync(Uri url, ClientOptions options, CancellationToken cancellation)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(url.IdnHost, cancellation);
        }
        catch (System.Net.Sockets.SocketException)
        {
            addresses = [];
        }
        if (addresses.Length == 0)
            throw new UploadFailedException(UploadFailure.UnknownHost, $"The host '{url.Host}' is not known. Check the URL, and that a network is up.");
        var tls = url.Scheme == Uri.UriSchemeHttps
            ? new SslClientAuthenticationOptions
            {
                TargetHost = url.IdnHost,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = options.CertificateValidation,
            }
            : null;
        return new ServerEndpoint(url.IdnHost, url.Port, addresses, tls);
    }
}
