namespace HmacFileServer.Server.Http;

/// <summary>`Repr-Digest` of a file (RFC 9530 §3).</summary>
internal static class ReprDigest
{
    /// <param name="sha256">Hex.</param>
    public static string Of(string sha256) => $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";
}
