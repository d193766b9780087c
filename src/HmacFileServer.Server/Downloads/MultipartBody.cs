using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Downloads;

/// <summary>A `multipart/byteranges` answer (RFC 9110 §14.6), with its length known before the first byte.</summary>
internal sealed class MultipartBody
{
    private readonly IStoredContent _content;
    private readonly List<ByteRange> _parts;
    private readonly List<byte[]> _heads;
    private readonly byte[] _end;
    private readonly string _boundary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public MultipartBody(IStoredContent content, string mediaType, List<ByteRange> parts)
    {
        _content = content;
        _parts = parts;
        var total = content.Length.ToString(CultureInfo.InvariantCulture);
        _heads = parts.ConvertAll(p => Encoding.ASCII.GetBytes(
            $"\r\n--{_boundary}\r\nContent-Type: {mediaType}\r\nContent-Range: bytes {p}/{total}\r\n\r\n"));
        _end = Encoding.ASCII.GetBytes($"\r\n--{_boundary}--\r\n");
    }

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = $"multipart/byteranges; boundary={_boundary}";
        response.ContentLength = _heads.Sum(h => (long)h.Length) + _parts.Sum(p => p.Length) + _end.Length;
        for (var i = 0; i < _parts.Count; i++)
        {
            await response.BodyWriter.WriteAsync(_heads[i], context.RequestAborted);
            await ContentCopier.CopyAsync(_content, _parts[i], context);
        }
        await response.BodyWriter.WriteAsync(_end, context.RequestAborted);
    }
}
