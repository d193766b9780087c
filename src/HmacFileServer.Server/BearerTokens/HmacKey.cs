namespace HmacFileServer.Server.BearerTokens;

/// <summary>Keys in the length that the token library asks for.</summary>
internal static class HmacKey
{
    private const int BlockBytes = 64; // of SHA-256

    /// <summary>
    /// The same key for HMAC-SHA256, which fills shorter ones up with zeros to a block anyway (RFC 2104 §2). The library refuses keys below 32
    /// bytes, and XMPP servers do not.
    /// </summary>
    public static byte[] Padded(ReadOnlySpan<byte> key)
    {
        var padded = new byte[Math.Max(key.Length, BlockBytes)];
        key.CopyTo(padded);
        return padded;
    }
}
