using System.Text;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>
/// Reads `Client-Network: type=lte, name="wwan0", device="..."` (a structured-field dictionary, RFC 8941 §3.2). Leniently: the
/// header only tunes, so what cannot be understood is left out and never an error.
/// </summary>
internal static class ClientNetworkHeader
{
    public const string Name = "Client-Network";

    private const int LongestValue = 64; // characters; interface names have 15, device ids 32

    public static ClientNetwork? Read(HttpRequest request)
    {
        var header = request.Headers[Name];
        if (header.Count == 0)
            return null;
        string? type = null, name = null, device = null;
        foreach (var (key, value) in Members(string.Join(',', header.ToArray())))
        {
            switch (key)
            {
                case "type":
                    type = value;
                    break;
                case "name":
                    name = value;
                    break;
                case "device":
                    device = value;
                    break;
            }
        }
        return type is null && name is null && device is null ? null : new ClientNetwork(type, name, device);
    }

    private static IEnumerable<(string Key, string Value)> Members(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var key = new StringBuilder();
            while (at < text.Length && text[at] is not ('=' or ','))
                key.Append(text[at++]);
            var value = "";
            if (at < text.Length && text[at] == '=')
            {
                at++;
                value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Token(text, ref at);
            }
            while (at < text.Length && text[at++] != ',')
            {
                // parameters of the member: none is known
            }
            if (value.Length is > 0 and <= LongestValue)
                yield return (key.ToString().Trim(), value);
        }
    }

    private static string Token(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is > ' ' and <= '~' and not (',' or ';' or '"'))
            at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            if (text[at] is < ' ' or > '~')
            {
                while (at < text.Length && text[at] != '"')
                    at++;
                return ""; // RFC 8941 strings are printable ASCII
            }
            value.Append(text[at]);
        }
        at = Math.Min(at + 1, text.Length);
        return value.ToString();
    }
}
