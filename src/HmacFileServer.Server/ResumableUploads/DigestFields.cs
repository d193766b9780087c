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

    /// <summary>What the request's content must match; null if it says nothing that is known. MalformedHeader if it cannot be read.</summary>
    public static UploadErrorCode? ReadContent(HttpRequest request, out BodyCheck? check)
    {
        check = null;
        var expected = new List<ExpectedChecksum>();
        foreach (var (algorithm, name, length) in (ReadOnlySpan<(string, string, int)>)[("sha-256", "sha256", 32), ("sha-512", "sha512", 64)])
        {
            if (!TryFind(request.Headers[Content], algorithm, length, out var value))
                return UploadErrorCode.MalformedHeader;
            if (value is not null)
                expected.Add(new ExpectedChecksum(name, value));
        }
        if (expected.Count > 0)
            check = new BodyCheck(expected);
        return null;
    }

    /// <summary>The SHA-256 that the whole file must have, in lower-case hex; null if it is not said. MalformedHeader if it cannot be read.</summary>
    public static UploadErrorCode? ReadRepresentation(StringValues field, out string? sha256)
    {
        sha256 = null;
        if (!TryFind(field, "sha-256", 32, out var value))
            return UploadErrorCode.MalformedHeader;
        if (value is not null)
            sha256 = Convert.ToHexStringLower(value);
        return null;
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
