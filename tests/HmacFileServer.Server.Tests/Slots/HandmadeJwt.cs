using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>Tokens put together by hand, right or wrong in each part, by nobody's library.</summary>
internal static class HandmadeJwt
{
    public const string Header = """{"typ":"JWT","alg":"HS256"}""";

    /// <summary>Signs with HMAC-SHA256, whatever the header says.</summary>
    public static string Sign(string payload, string header = Header, string secret = TestServer.Secret)
    {
        var text = $"{Encode(header)}.{Encode(payload)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The payload that mod_http_file_share makes; <paramref name="with"/> are members that are put behind it.</summary>
    public static string Payload(string slot, string name, long size, DateTimeOffset now, string type = "text/plain", string with = "") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"sub":"alice@localhost","iat":{{now.ToUnixTimeSeconds()}},"exp":{{now.ToUnixTimeSeconds() + 300}},"slot":"{{slot}}","filename":"{{name}}","filesize":{{size}},"filetype":"{{type}}"{{with}}}""");

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
