using System.Globalization;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>Partial PUTs in any order (RFC 9110 §14.5) to a slot or to an upload's own URL.</summary>
internal sealed class SegmentsDialect(Uri url, long length, string contentType) : UploadDialect
{
    private readonly Uri _ping = new(url, "/ping");

    public override UploadProtocol Protocol => UploadProtocol.Segments;

    public override IReadOnlyList<UploadPart> Parts { get; } = [new(url, new ByteRange(0, length))];

    public override bool IsOrdered => false;

    public override bool SendsEmptyFile => true;

    /// <summary>An empty file has no byte that a Content-Range could name: it is one whole PUT.</summary>
    public override byte[] Segment(RequestText text, UploadPart part, ByteRange range, long? total) => text.Encode("PUT", part.Url,
        string.Create(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {range.Length}\r\n{ReprDigestField.Want}")
        + (range.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {range}/{length}\r\n")));

    /// <summary>Length and type let the server check the signature of a slot that has none yet.</summary>
    public override byte[] Question(RequestText text, UploadPart part, long? total) => text.Encode("HEAD", part.Url,
        string.Create(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nUpload-Length: {length}\r\n"));

    public override byte[] Probe(RequestText text) => text.Encode("GET", _ping);

    public override bool IsAlive(ResponseHead answer) => answer.Status == 204;
}
