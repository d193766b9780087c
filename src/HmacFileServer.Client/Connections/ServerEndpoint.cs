using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Client.Names;

namespace HmacFileServer.Client.Connections;

/// <summary>Where connections lead: the server, or the proxy before it; and how to speak to the server.</summary>
internal sealed record ServerEndpoint(string Host, int Port, IReadOnlyList<IPAddress> Addresses, SslClientAuthenticationOptions? Tls)
{
    /// <summary>Host and port that a proxy shall open a tunnel to; null for none.</summary>
    public string? TunnelTo { get; init; }

    /// <summary>Requests go through a proxy that reads them: they bear the whole URL.</summary>
    public bool IsReadByProxy { get; init; }

    /// <summary>`Proxy-Authorization`; null for none.</summary>
    public string? ProxyAuthorization { get; init; }

    /// <summary>Takes a URL apart and looks its host up. Fails with <see cref="UploadFailure.UnknownHost"/>.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="options">Proxies and trust.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="names">Knows what the system does not; null for the system alone.</param>
    public static async Task<ServerEndpoint> ResolveAsync(Uri url, ClientOptions options, CancellationToken cancellation, ServerNames? names = null)
    {
        var proxy = options.Proxies.For(url);
        var next = proxy ?? url;
        var addresses = await (names?.LookUpAsync(next.IdnHost, cancellation) ?? LookUpAsync(next.IdnHost, options, cancellation));
        if (addresses.Count == 0)
        {
            throw new UploadFailedException(UploadFailure.UnknownHost,
                $"The {(proxy is null ? "host" : "proxy")} '{next.Host}' is not known. Check the {(proxy is null ? "URL" : "environment (http_proxy, https_proxy)")}, and that a network is up.");
        }
        var tls = url.Scheme == Uri.UriSchemeHttps;
        return new ServerEndpoint(next.IdnHost, next.Port, addresses, tls ? TlsFor(url.IdnHost, options) : null)
        {
            TunnelTo = proxy is not null && tls ? $"{url.IdnHost}:{url.Port}" : null,
            IsReadByProxy = proxy is not null && !tls,
            ProxyAuthorization = proxy is null ? null : ProxySettings.Authorization(proxy),
        };
    }

    /// <summary>The system's addresses of a name; empty if it has none.</summary>
    public static async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host, ClientOptions options, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return [literal];
        try
        {
            return options.Resolve is { } resolve ? await resolve(host, cancellation) : await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return [];
        }
    }

    internal static SslClientAuthenticationOptions TlsFor(string host, ClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = options.CertificateValidation,
        };
        if (options.Authorities.Count > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(options.Authorities.ToArray());
        }
        return tls;
    }
}
