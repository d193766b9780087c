using System.Buffers.Text;
using System.Text;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>What the server tells of an upload (JSON, PROTOCOLS section 4), as far as a measurement needs it.</summary>
/// <param name="Id">The upload's id.</param>
/// <param name="ReceivedBytes">Bytes of the file that it holds.</param>
/// <param name="DuplicateBytes">Bytes that came although it held them already; 0 where the server does not count them.</param>
internal readonly record struct UploadStatus(string? Id, long ReceivedBytes, long DuplicateBytes)
{
    /// <summary>Picks the members out of the text, without building a document: this runs 250 times a second beside what is measured.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="withId">Whether the id is wanted; it is made once.</param>
    /// <param name="status">What was found.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, bool withId, out UploadStatus status)
    {
        var known = TryNumber(json, "\"received_bytes\":"u8, out var received);
        _ = TryNumber(json, "\"duplicate_bytes\":"u8, out var duplicates);
        status = new UploadStatus(known && withId ? Text(json, "\"id\":"u8) : null, received, duplicates);
        return known;
    }

    private static bool TryNumber(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member, out long value)
    {
        var at = json.IndexOf(member);
        value = 0;
        return at >= 0 && Utf8Parser.TryParse(json[(at + member.Length)..].TrimStart((byte)' '), out value, out _);
    }

    private static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        var at = json.IndexOf(member);
        if (at < 0)
            return null;
        var rest = json[(at + member.Length)..].TrimStart((byte)' ');
        var end = rest.Length > 0 ? rest[1..].IndexOf((byte)'"') : -1;
        return end < 0 ? null : Encoding.UTF8.GetString(rest.Slice(1, end));
    }
}
