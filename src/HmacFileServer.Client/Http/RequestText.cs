using System.Globalization;
using System.Text;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Http;

/// <summary>Writes the heads of the requests that travel over one path, as bytes. What is the same for all of them is made once.</summary>
/// <param name="origin">Where the extra fields belong: they are sent to no other scheme, host or port.</param>
/// <param name="pathFields">`Client-Network`, and what a proxy on the way wants; each with its line end.</param>
/// <param name="extraFields">The user's own fields, each with its line end.</param>
/// <param name="absoluteForm">A proxy reads the requests, so they bear the whole URL (RFC 9112 §3.2.2).</param>
internal sealed class RequestText(Uri origin, string pathFields, string extraFields = "", bool absoluteForm = false)
{
    /// <summary>A request's head, with the blank line behind it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Where to.</param>
    /// <param name="fields">What this request has beyond the common fields, each with its line end.</param>
    public byte[] Encode(string method, Uri url, string fields = "")
    {
        var target = absoluteForm ? $"{url.Scheme}://{url.Authority}{TargetOf(url)}" : TargetOf(url);
        return Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: {url.Authority}\r\n{pathFields}{(IsSameOrigin(origin, url) ? extraFields : "")}{fields}\r\n");
    }

    /// <summary>A request's head with nothing in it that belongs to the user but the server's name: for whoever may be there.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Where to; without anything secret.</param>
    public static byte[] Bare(string method, Uri url) => Encoding.Latin1.GetBytes($"{method} {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");

    /// <summary>True if both URLs have the same scheme, host and port (RFC 6454).</summary>
    internal static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The user's fields as text; names and values that would break out of their line are refused.</summary>
    internal static string Fields(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || name.Any(c => c is <= ' ' or > '~' or ':') || value.Any(c => c is '\r' or '\n' or '\0' or > 'ÿ'))
                throw new UploadFailedException(UploadFailure.Usage, $"'{name}' is not a header that can be sent. Write it as 'Name: value'.");
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        return text.ToString();
    }

    /// <summary>
    /// The path and query as they were given: what was signed must be what is sent, and <see cref="Uri"/> rewrites some escapes.
    /// Text that no request line can carry goes through <see cref="Uri"/> all the same.
    /// </summary>
    internal static string TargetOf(Uri url)
    {
        var text = url.OriginalString;
        var authority = text.IndexOf("://", StringComparison.Ordinal);
        var start = authority < 0 ? -1 : text.IndexOfAny(['/', '?', '#'], authority + 3);
        if (start < 0 || text[start] != '/' || text.AsSpan(start).ContainsAnyExceptInRange('!', '~'))
            return url.PathAndQuery;
        var fragment = text.IndexOf('#', start);
        return fragment < 0 ? text[start..] : text[start..fragment];
    }

    public const string ClientNetworkName = "Client-Network";

    /// <summary>The `Client-Network` field (RFC 9651 dictionary) with its line end.</summary>
    public static string ClientNetwork(string name, InterfaceType type, string device) => $"{ClientNetworkName}: {ClientNetworkValue(name, type, device)}\r\n";

    public static string ClientNetworkValue(string name, InterfaceType type, string device) => $"type={Token(type)}, name=\"{Quoted(name)}\", device=\"{Quoted(device)}\"";

    // A token may not begin with a digit (RFC 9651 §3.3.4), so 5g travels as a string.
    private static string Token(InterfaceType type) => type == InterfaceType.FiveG ? "\"5g\"" : type.Name();

    private static string Quoted(string text) =>
        new([.. text.Where(c => c is >= ' ' and <= '~').SelectMany(c => c is '"' or '\\' ? new[] { '\\', c } : [c])]);
}
