using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>What a PUT asks to write, read from its headers: the whole file, or a segment of it.</summary>
/// <param name="Claim">What is claimed.</param>
/// <param name="Total">The file's length in bytes.</param>
internal readonly record struct PutIntent(WriteClaim Claim, long Total)
{
    /// <summary>Reads Content-Length and Content-Range. An error if they are missing, malformed or contradict each other.</summary>
    public static UploadErrorCode? Read(HttpRequest request, out PutIntent intent)
    {
        intent = default;
        if (request.ContentLength is not { } length)
            return UploadErrorCode.LengthRequired;
        var header = request.Headers.ContentRange;
        if (header.Count == 0)
        {
            intent = new PutIntent(WriteClaim.Whole(length), length);
            return null;
        }
        if (ContentRangeHeader.Parse(header, out var range, out var total) is { } error)
            return error;
        if (range.Length != length)
            return UploadErrorCode.RangeInvalid;
        intent = new PutIntent(WriteClaim.Segment(range, total), total);
        return null;
    }
}
