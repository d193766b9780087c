using System.Buffers.Binary;
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
    /// <param name="crc32c">Of the same bytes; null if it is not known.</param>
    public static void Write(HttpContext context, string sha256, uint? crc32c = null)
    {
        var members = new List<string>(2);
        if (DigestFields.IsWanted(context.Request, "sha-256"))
            members.Add(Member("sha-256", Convert.FromHexString(sha256)));
        if (crc32c is { } crc && DigestFields.IsAskedFor(context.Request, DigestFields.Crc32C))
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
            members.Add(Member(DigestFields.Crc32C, bytes));
        }
        if (members.Count > 0)
            context.Response.Headers[DigestFields.Representation] = string.Join(", ", members);
    }

    private static string Member(string algorithm, ReadOnlySpan<byte> value) => $"{algorithm}=:{Convert.ToBase64String(value)}:";
}
