using System.Globalization;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>One PUT of the whole file, as XEP-0363 has it. After a break it begins again.</summary>
internal sealed class PutDialect(Uri url, long length, string contentType) : UploadDialect
{
    public override UploadProtocol Protocol => UploadProtocol.Put;

    public override IReadOnlyList<UploadPart> Parts { get; } = [new(url, new ByteRange(0, length))];

    public override bool CanAsk => false;

    public override bool SendsEmptyFile => true;

    public override byte[] Segment(RequestText text, UploadPart part, ByteRange range, long? total) => text.Encode("PUT", part.Url,
        string.Create(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {range.Length}\r\n"));

    public override byte[] Question(RequestText text, UploadPart part, long? total) => throw new InvalidOperationException("A plain PUT cannot be asked for.");

    /// <summary>A success is the answer to the whole.</summary>
    public override long? Offset(ResponseHead answer) => length;
}
