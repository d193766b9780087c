using System.Text;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Files;

/// <summary>Names for files that come without a slot: random, so that nobody finds them by guessing, then the client's own name.</summary>
internal static class IssuedSlot
{
    private const string DefaultName = "file";

    /// <param name="upload">Of which upload, where a repeated request must find the same name; otherwise null.</param>
    /// <param name="fileName">What the client calls it; of a path only the last part counts. A name that cannot be one is replaced.</param>
    public static SlotPath For(string? fileName, UploadId? upload = null)
    {
        var folder = (upload?.PublicName() ?? UploadId.Create()).ToString();
        var name = fileName?[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name is not null && Encoding.UTF8.GetByteCount(name) <= SlotPath.MaxSegmentBytes && SlotPath.FromDecodedSegments([folder, name]) is { } slot)
            return slot;
        return SlotPath.FromDecodedSegments([folder, DefaultName])!;
    }
}
