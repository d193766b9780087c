using System.Globalization;
using System.Net;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload): appends to an upload resource.</summary>
/// <param name="upload">The upload resource.</param>
/// <param name="length">The file's length; null if it is not known.</param>
/// <param name="mostAppend">`max-append-size` of the server's limits, in bytes.</param>
/// <param name="interop">The draft's interop version that the server speaks.</param>
internal sealed class IetfDialect(Uri upload, long? length, long mostAppend, int interop) : UploadDialect
{
    private string Version => string.Create(CultureInfo.InvariantCulture, $"Upload-Draft-Interop-Version: {interop}\r\n");

    // Version 6 is older than the media type's last name, but has it already.
    private const string MediaType = "application/partial-upload";

    public override UploadProtocol Protocol => UploadProtocol.Ietf;

    public override IReadOnlyList<UploadPart> Parts { get; } = [new(upload, new ByteRange(0, length ?? long.MaxValue))];

    public override long MostSegment => mostAppend;

    /// <summary>An upload of a known length is complete with its last byte; one of unknown length when that is said.</summary>
    public override byte[] Segment(RequestText text, UploadPart part, ByteRange range, long? total) => text.Encode("PATCH", part.Url, string.Create(
        CultureInfo.InvariantCulture,
        $"{Version}Content-Type: {MediaType}\r\nUpload-Offset: {range.Start}\r\nUpload-Complete: {(range.End == length ? "?1" : "?0")}\r\nContent-Length: {range.Length}\r\n"));

    public override byte[] Question(RequestText text, UploadPart part, long? total) => text.Encode("HEAD", part.Url, Version);

    /// <summary>The answer to the last append is that of the target itself and need not speak of the upload.</summary>
    public override long? Offset(ResponseHead answer) => base.Offset(answer) ?? (answer.Field("Upload-Complete") == "?1" ? length : null);

    public override async Task<Uri?> FinishAsync(ControlClient control, long total, CancellationToken cancellation)
    {
        if (length > 0)
            return null;
        var answer = await control.SendAsync("PATCH", upload,
            [new("Upload-Draft-Interop-Version", interop.ToString(CultureInfo.InvariantCulture)), new("Upload-Offset", total.ToString(CultureInfo.InvariantCulture)), new("Upload-Complete", "?1")],
            MediaType, cancellation);
        if (!answer.IsSuccess && answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.Gone))
            throw Refusals.Of((int)answer.Status, answer.Body);
        return answer.Location;
    }
}
