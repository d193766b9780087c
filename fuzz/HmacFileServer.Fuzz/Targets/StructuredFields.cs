using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Segments;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>Structured fields: items (`Upload-Offset`, `Upload-Complete`), digests, and what a client says of its network.</summary>
internal static class StructuredFields
{
    private static readonly string[] Pieces = ["?0", "?1", ";", ",", "=", ":", "\"", "\\", "*", "(", ")", " ", "\t", "@", ";a=1", "\0", "\u00e9", "sha-256", "sha-512", "type=", "name=", "device="];

    public static FuzzTarget CreateItems() => new(
        "structured-item",
        Bytes("0", "1048576", "999999999999999", "?0", "?1", "?1;a=b", "12;x", " 7 "),
        Pieces,
        input =>
        {
            var field = new StringValues(Text(input));
            var isBoolean = StructuredField.TryBoolean(field, out _);
            var isInteger = StructuredField.TryInteger(field, out var value);
            if (!isInteger)
                return isBoolean;
            Check(!isBoolean, "both a number and a boolean");
            Check(value is >= 0 and <= 999_999_999_999_999, $"{value} is beyond RFC 9651");
            Check(StructuredField.TryInteger(value.ToString(System.Globalization.CultureInfo.InvariantCulture), out var again) && again == value, $"{value} is read as {again}");
            return true;
        });

    public static FuzzTarget CreateDigests()
    {
        var digest = Convert.ToBase64String(new byte[32]);
        var longer = Convert.ToBase64String(new byte[64]);
        return new FuzzTarget(
            "digest",
            Bytes($"sha-256=:{digest}:", $"sha-512=:{longer}:", $"sha-256=:{digest}:, sha-512=:{longer}:;a", "md5=:AAAA:", "sha-256=10, sha-512=1", $"sha-256=:{digest[..^4]}:"),
            [.. Pieces, digest, longer, "=:", ":,"],
            input =>
            {
                var text = Text(input);
                var context = new DefaultHttpContext();
                context.Request.Headers[DigestFields.Content] = text;
                context.Request.Headers["Want-Repr-Digest"] = text;
                _ = DigestFields.IsWanted(context.Request, "sha-256");
                var error = DigestFields.ReadContent(context.Request, out var check);
                check?.Dispose();
                Check(error is null || check is null, "refused, and to be checked");
                var again = DigestFields.Read(text, out var digests);
                Check(again == error && (error is null || digests.Count == 0), "read differently the second time");
                return error is null && digests.Count > 0;
            });
    }

    public static FuzzTarget CreateClientNetwork() => new(
        "client-network",
        Bytes("type=lte, name=\"wwan0\", device=\"0123456789abcdef\"", "type=wifi", "name=\"a\\\"b\\\\\"", "device=abc;x=1, type=5g", "type=lte,,name=", "type=(a b)"),
        [.. Pieces, "lte", "wifi", "ethernet", "5g", "satellite", "vpn"],
        input =>
        {
            var context = new DefaultHttpContext();
            context.Request.Headers[ClientNetworkHeader.Name] = Text(input);
            return ClientNetworkHeader.Read(context.Request) is not null;
        });
}
