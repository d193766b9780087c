namespace HmacFileServer.Client.Http;

/// <summary>`Repr-Digest` (RFC 9530 §3): what a server says of a file's bytes.</summary>
internal static class ReprDigestField
{
    /// <summary>Asks for a CRC-32C beside the SHA-256 (RFC 9530 §4).</summary>
    public const string Want = "Want-Repr-Digest: crc32c=2, sha-256=1\r\n";

    /// <summary>SHA-256 as lower-case hex; null if the field does not have it, or not as it should be.</summary>
    public static string? Sha256(string? field) => Find(field, "sha-256", 32);

    /// <summary>CRC-32C as lower-case hex, the highest byte first; null if the field does not have it.</summary>
    public static string? Crc32C(string? field) => Find(field, "crc32c", 4);

    private static string? Find(string? field, string algorithm, int length)
    {
        foreach (var member in (field ?? "").Split(','))
        {
            var item = member.AsSpan().Trim(" \t");
            if (!item.StartsWith(algorithm, StringComparison.OrdinalIgnoreCase) || !item[algorithm.Length..].StartsWith("=:"))
                continue;
            var text = item[(algorithm.Length + 2)..];
            Span<byte> value = stackalloc byte[length];
            return text.IndexOf(':') is >= 0 and var end && Convert.TryFromBase64Chars(text[..end], value, out var written) && written == length
                ? Convert.ToHexStringLower(value)
                : null;
        }
        return null;
    }
}
