using System.Globalization;
using System.Text;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Http;

/// <summary>The heads of the requests that an upload sends, as bytes. One per upload and path: the constant part is made once.</summary>
internal sealed class RequestText(Uri url, string contentType, long length, string network)
{
    private readonly string _target = TargetOf(url);
    private readonly string _common = $"Host: {url.Authority}\r\n{network}";

    /// <summary>A segment of the file (RFC 9110 §14.5); its body follows.</summary>
    public byte[] Put(ByteRange range) => Encode(
        string.Create(CultureInfo.InvariantCulture,
            $"PUT {_target} HTTP/1.1\r\n{_common}Content-Type: {contentType}\r\nContent-Length: {range.Length}\r\nContent-Range: bytes {range}/{length}\r\n\r\n"));

    /// <summary>The whole of an empty file, which has no byte that a Content-Range could name.</summary>
    public byte[] PutEmpty() => Encode(
        $"PUT {_target} HTTP/1.1\r\n{_common}Content-Type: {contentType}\r\nContent-Length: 0\r\n\r\n");

    /// <summary>Asks which bytes are there. Length and type let the server check the signature of a slot that has none yet.</summary>
    public byte[] Head() => Encode(string.Create(CultureInfo.InvariantCulture,
        $"HEAD {_target} HTTP/1.1\r\n{_common}Content-Type: {contentType}\r\nUpload-Length: {length}\r\n\r\n"));

    /// <summary>The probe of a path.</summary>
    public byte[] Ping() => Encode($"GET /ping HTTP/1.1\r\n{_common}\r\n");

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

    /// <summary>The `Client-Network` field (RFC 9651 dictionary) with its line end.</summary>
    public static string ClientNetwork(string name, InterfaceType type, string device) =>
        $"Client-Network: type={Token(type)}, name=\"{Quoted(name)}\", device=\"{Quoted(device)}\"\r\n";

    // A token may not begin with a digit (RFC 9651 §3.3.4), so 5g travels as a string.
    private static string Token(InterfaceType type) => type == InterfaceType.FiveG ? "\"5g\"" : type.Name();

    private static string Quoted(string text) =>
        new([.. text.Where(c => c is >= ' ' and <= '~').SelectMany(c => c is '"' or '\\' ? new[] { '\\', c } : [c])]);

    private static byte[] Encode(string text) => Encoding.Latin1.GetBytes(text);
}
