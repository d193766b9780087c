using System.Net;

namespace HmacFileServer.Client.Connections;

/// <summary>The proxies of the environment, for HttpClient.</summary>
internal sealed class EnvironmentProxy(ProxySettings settings) : IWebProxy
{
    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination)
    {
        var proxy = settings.For(destination);
        if (proxy?.UserInfo is { Length: > 0 } user)
        {
            var parts = user.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
            Credentials = new NetworkCredential(parts[0], parts.Length > 1 ? parts[1] : "");
        }
        return proxy;
    }

    public bool IsBypassed(Uri host) => settings.For(host) is null;
}
