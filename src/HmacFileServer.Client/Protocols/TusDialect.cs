using System.Globalization;
using System.Net;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>tus 1.0.0: PATCH at the offset, HEAD asks for it. Several parts are partial uploads, put together at the end (concatenation).</summary>
/// <param name="endpoint">Where uploads are made.</param>
/// <param name="parts">The uploads that were made.</param>
/// <param name="metadata">`Upload-Metadata` of the final upload.</param>
/// <param name="defersLength">The upload was made without a length: it is told at the end.</param>
internal sealed class TusDialect(Uri endpoint, IReadOnlyList<UploadPart> parts, string metadata, bool defersLength) : UploadDialect
{
    internal const string Version = "Tus-Resumable: 1.0.0\r\n";

    public override UploadProtocol Protocol => UploadProtocol.Tus;

    public override IReadOnlyList<UploadPart> Parts => parts;

    public override Uri? Endpoint => endpoint;

    public override byte[] Segment(RequestText text, UploadPart part, ByteRange range, long? length) => text.Encode("PATCH", part.Url, string.Create(
        CultureInfo.InvariantCulture,
        $"{Version}Content-Type: application/offset+octet-stream\r\nUpload-Offset: {range.Start - part.Range.Start}\r\nContent-Length: {range.Length}\r\n"));

    public override byte[] Question(RequestText text, UploadPart part, long? length) => text.Encode("HEAD", part.Url, Version);

    public override async Task<Uri?> FinishAsync(ControlClient control, long length, CancellationToken cancellation)
    {
        if (parts.Count > 1)
            return await ConcatenateAsync(control, cancellation);
        if (!defersLength)
            return null;
        var number = length.ToString(CultureInfo.InvariantCulture);
        var answer = await control.SendAsync("PATCH", parts[0].Url,
            [new("Tus-Resumable", "1.0.0"), new("Upload-Offset", number), new("Upload-Length", number)], "application/offset+octet-stream", cancellation);
        // A server that had the length from an answer that was lost has become a finished upload meanwhile.
        if (!answer.IsSuccess && answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.Gone))
            throw Refusals.Of((int)answer.Status, answer.Body);
        return answer.ContentLocation;
    }

    private async Task<Uri?> ConcatenateAsync(ControlClient control, CancellationToken cancellation)
    {
        var list = string.Join(' ', parts.Select(p => RequestText.IsSameOrigin(endpoint, p.Url) ? p.Url.AbsolutePath : p.Url.AbsoluteUri));
        var answer = await control.SendAsync("POST", endpoint,
            [new("Tus-Resumable", "1.0.0"), new("Upload-Concat", "final;" + list), new("Upload-Metadata", metadata)], null, cancellation);
        if (answer.Status != HttpStatusCode.Created || answer.Location is null)
            throw Refusals.Of((int)answer.Status, answer.Body);
        // Some servers, ours among them, keep the file elsewhere than the upload, and say so.
        var made = await control.SendAsync("HEAD", answer.Location, [new("Tus-Resumable", "1.0.0")], null, cancellation);
        return made.ContentLocation ?? answer.Location;
    }
}
