using HmacFileServer.Server.ResumableUploads;

namespace HmacFileServer.Server.Http;

/// <summary>`Repr-Digest` of a file (RFC 9530 §3).</summary>
internal static class ReprDigest
{
    /// <summary>
    /// Says a finished file's digest, unless the request says that it does not want SHA-256 (`Want-Repr-Digest: sha-256=0`). It is the one that is
    /// known of every file; a request that would like another better gets this one, as §4 allows.
    /// </summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="sha256">Hex.</param>
    public static void Write(HttpContext context, string sha256)
    {
        if (DigestFields.IsWanted(context.Request, "sha-256"))
            context.Response.Headers[DigestFields.Representation] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";
    }
}
