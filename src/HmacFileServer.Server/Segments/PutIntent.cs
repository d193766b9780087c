using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>What a PUT asks to write, read from its headers: the whole file, or a segment of it.</summary>
/// <param name="Claim">What is claimed.</param>
/// <param name="Total">The file's length in bytes.</param>
internal readonly record struct PutIntent(WriteClaim Claim, long Total)
{
    /// <summary>What the finished file must have: `Repr-Digest`, and for a whole file `Content-Digest` too, which is the same then.</summary>
    public IReadOnlyList<ExpectedChecksum> FileDigests { get; private init; } = [];

    /// <summary>What a segment's bytes must have before any of them counts.</summary>
    public IReadOnlyList<ExpectedChecksum> SegmentDigests { get; private init; } = [];

    /// <summary>Reads Content-Length, Content-Range and the digests. An error if they are missing, malformed or contradict each other.</summary>
    public static UploadErrorCode? Read(HttpRequest request, out PutIntent intent)
    {
        intent = default;
        if (request.ContentLength is not { } length)
            return UploadErrorCode.LengthRequired;
        if (DigestFields.Read(request.Headers[DigestFields.Representation], out var file) is { } malformed)
            return malformed;
        if (DigestFields.Read(request.Headers[DigestFields.Content], out var content) is { } contentMalformed)
            return contentMalformed;
        var header = request.Headers.ContentRange;
        if (header.Count == 0)
        {
            intent = new PutIntent(WriteClaim.Whole(length), length) { FileDigests = [.. file, .. content] };
            return null;
        }
        if (ContentRangeHeader.Parse(header, out var range, out var total) is { } error)
            return error;
        if (range.Length != length)
            return UploadErrorCode.RangeInvalid;
        intent = new PutIntent(WriteClaim.Segment(range, total), total) { FileDigests = file, SegmentDigests = content };
        return null;
    }
}
