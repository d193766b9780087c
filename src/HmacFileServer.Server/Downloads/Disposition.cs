using System.Text;

namespace HmacFileServer.Server.Downloads;

/// <summary>
/// How a browser may treat a stored file. The bytes are a stranger's: only media that cannot run script is shown in place,
/// all else is saved.
/// </summary>
internal static class Disposition
{
    private const string OctetStream = "application/octet-stream";

    // RFC 8187 §3.2.1 attr-char, beside letters and digits.
    private const string AttributeMarks = "!#$&+-.^_`|~";

    /// <summary>The media type as it may be sent back: verbatim, unless it cannot stand in a header.</summary>
    public static string MediaType(string stored) => stored.Length is > 0 and <= 255 && !stored.AsSpan().ContainsAnyExceptInRange(' ', '~') ? stored : OctetStream;

    public static bool IsInline(string mediaType)
    {
        var type = Essence(mediaType);
        return type == "text/plain"
            || (type.StartsWith("image/", StringComparison.Ordinal) && !type.StartsWith("image/svg", StringComparison.Ordinal))
            || IsMedia(type);
    }

    /// <summary>Nothing may load anything; media may load itself, or browsers do not play it.</summary>
    public static string ContentSecurityPolicy(string mediaType) => IsMedia(Essence(mediaType))
        ? "default-src 'none'; media-src 'self'; frame-ancestors 'none'"
        : "default-src 'none'; frame-ancestors 'none'";

    /// <summary>`inline` or `attachment` with the file's name (RFC 6266, RFC 8187).</summary>
    public static string Header(string mediaType, string fileName)
    {
        var header = new StringBuilder(IsInline(mediaType) ? "inline" : "attachment").Append("; filename*=UTF-8''");
        foreach (var b in Encoding.UTF8.GetBytes(fileName))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || AttributeMarks.Contains((char)b, StringComparison.Ordinal))
                header.Append((char)b);
            else
                header.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return header.ToString();
    }

    private static bool IsMedia(string type) =>
        type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal);

    private static string Essence(string mediaType)
    {
        var semicolon = mediaType.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? mediaType : mediaType[..semicolon]).Trim().ToLowerInvariant();
    }
}
