using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;
using Microsoft.Extensions.Primitives;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>
/// `Content-Digest` and `Repr-Digest` (RFC 9530): dictionaries of byte sequences, `sha-256=:...:`. Algorithms that are not known,
/// or that the RFC calls insecure, are left out, as it allows.
/// </summary>
internal static class DigestFields
{
    public const string Content = "Content-Digest";
    public const string Representation = "Repr-Digest";

    /// <summary>What this server likes to be sent (RFC 9530 §4): SHA-256 costs nothing, the other one more read of the file.</summary>
    public const string Preference = "sha-256=10, sha-512=1";

    /// <summary>Told to a client that asks for it beside SHA-256: it costs both sides next to nothing, and finds what a network does to bytes.</summary>
    public const string Crc32C = "crc32c";

    private const string WantRepresentation = "Want-Repr-Digest";

    private static readonly (string Field, string Name, int Bytes)[] Known = [("sha-256", "sha256", 32), ("sha-512", "sha512", 64)];

    /// <summary>What the request's content must match; null if it says nothing that is known. MalformedHeader if it cannot be read.</summary>
    public static UploadErrorCode? ReadContent(HttpRequest request, out BodyCheck? check)
    {
        var error = Read(request.Headers[Content], out var expected);
        check = expected.Count > 0 ? new BodyCheck(expected) : null;
        return error;
    }

    /// <summary>The digests of a field that are known; MalformedHeader, and none, if one of these cannot be read.</summary>
    public static UploadErrorCode? Read(StringValues field, out List<ExpectedChecksum> digests)
    {
        digests = [];
        if (field.Count == 0)
            return null;
        foreach (var (algorithm, name, length) in Known)
        {
            if (!TryFind(field, algorithm, length, out var value))
            {
                digests = [];
                return UploadErrorCode.MalformedHeader;
            }
            if (value is not null)
                digests.Add(new ExpectedChecksum(name, value));
        }
        return null;
    }

    /// <summary>False if the request gives an algorithm the preference 0: not acceptable. What cannot be read says nothing.</summary>
    public static bool IsWanted(HttpRequest request, string algorithm) => WantedAs(request, algorithm) != "0";

    /// <summary>True only if the request names the algorithm, with another preference than 0.</summary>
    public static bool IsAskedFor(HttpRequest request, string algorithm) => WantedAs(request, algorithm) is not (null or "0");

    private static string? WantedAs(HttpRequest request, string algorithm)
    {
        var field = request.Headers[WantRepresentation];
        if (field.Count == 0)
            return null;
        var last = string.Join(',', field.ToArray()).Split(',')
            .Select(m => m.Trim(' ', '\t')).LastOrDefault(m => m.StartsWith(algorithm, StringComparison.Ordinal) && m.AsSpan(algorithm.Length).StartsWith("="));
        return last?[(algorithm.Length + 1)..];
    }

    /// <summary>False if the algorithm is there with something else than so many bytes; the last of several counts (RFC 9651 §4.2.2).</summary>
    private static bool TryFind(StringValues field, string algorithm, int length, out byte[]? value)
    {
        value = null;
        foreach (var member in string.Join(',', field.ToArray()).Split(','))
        {
            var item = member.Trim(' ', '\t');
            if (!item.StartsWith(algorithm, StringComparison.Ordinal) || item.Length <= algorithm.Length || item[algorithm.Length] != '=')
                continue;
            var bytes = new byte[length];
            var text = item.AsSpan(algorithm.Length + 1);
            if (text.Length < 2 || text[0] != ':' || text[1..].IndexOf(':') is var end && end < 0
                || !Convert.TryFromBase64Chars(text.Slice(1, end), bytes, out var written) || written != length)
            {
                return false;
            }
            value = bytes;
        }
        return true;
    }
}
