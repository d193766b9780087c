using System.Net;
using System.Text;

namespace HmacFileServer.Client.Connections;

/// <summary>Which HTTP proxy leads to a host, from `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, read as curl reads them.</summary>
public sealed class ProxySettings
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly string[] _except;

    private ProxySettings(Uri? http, Uri? https, string[] except)
    {
        _http = http;
        _https = https;
        _except = except;
    }

    /// <summary>No proxy for anybody.</summary>
    public static ProxySettings None { get; } = new(null, null, []);

    /// <summary>
    /// Reads the environment. `HTTP_PROXY` in capitals is left out: in a CGI program a request's `Proxy:` header sets it.
    /// Fails with <see cref="UploadFailure.Usage"/> for a value that is no proxy's URL.
    /// </summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static ProxySettings FromEnvironment(Func<string, string?> environment)
    {
        string? First(params string[] names) => names.Select(environment).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        var all = First("all_proxy", "ALL_PROXY");
        return new ProxySettings(
            Parse(First("http_proxy") ?? all),
            Parse(First("https_proxy", "HTTPS_PROXY") ?? all),
            (First("no_proxy", "NO_PROXY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>The proxy for a URL; null for the direct way.</summary>
    public Uri? For(Uri url)
    {
        var proxy = url.Scheme == Uri.UriSchemeHttps ? _https : _http;
        return proxy is null || _except.Any(e => IsExcepted(e, url)) ? null : proxy;
    }

    /// <summary>The value of `Proxy-Authorization` for a proxy with user information in its URL; null without.</summary>
    internal static string? Authorization(Uri proxy) => proxy.UserInfo.Length == 0
        ? null
        : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)));

    private static bool IsExcepted(string entry, Uri url)
    {
        if (entry == "*")
            return true;
        var host = url.IdnHost.Trim('[', ']');
        if (IPNetwork.TryParse(entry, out var network) && IPAddress.TryParse(host, out var address))
            return network.Contains(address);
        var colon = entry.LastIndexOf(':');
        if (colon > 0 && !entry.Contains(']') && entry.IndexOf(':') == colon && int.TryParse(entry.AsSpan(colon + 1), out var port))
        {
            if (port != url.Port)
                return false;
            entry = entry[..colon];
        }
        entry = entry.TrimStart('.').Trim('[', ']');
        return host.Equals(entry, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + entry, StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Parse(string? text)
    {
        if (text is null)
            return null;
        if (!text.Contains("://", StringComparison.Ordinal))
            text = "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme == Uri.UriSchemeHttp
            ? proxy
            : throw new UploadFailedException(UploadFailure.Usage,
                $"The proxy '{text.Split('@')[^1]}' in the environment is not one that can be used; write it as http://host:port.");
    }
}
