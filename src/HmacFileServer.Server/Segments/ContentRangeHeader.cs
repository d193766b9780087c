using System.Globalization;
using HmacFileServer.Core.Uploads;
using Microsoft.Extensions.Primitives;

namespace HmacFileServer.Server.Segments;

/// <summary>
/// Content-Range of a partial PUT (RFC 9110 §14.4, §14.5): `bytes first-last/total`, nothing else. An unknown total would
/// leave the signature, which is over the total, without its subject.
/// </summary>
internal static class ContentRangeHeader
{
    private const string Unit = "bytes ";

    /// <summary>Reads the header. RangeInvalid if it is malformed, RangeUnsatisfiable if the range does not lie inside the total; null if it is right.</summary>
    public static UploadErrorCode? Parse(StringValues header, out ByteRange range, out long total)
    {
        range = default;
        total = 0;
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return UploadErrorCode.RangeInvalid;
        var rest = text.AsSpan(Unit.Length).Trim(' ');
        var dash = rest.IndexOf('-');
        var slash = rest.IndexOf('/');
        if (dash < 0 || slash < dash
            || !TryNumber(rest[..dash], out var first) || !TryNumber(rest[(dash + 1)..slash], out var last) || !TryNumber(rest[(slash + 1)..], out total)
            || last < first)
        {
            return UploadErrorCode.RangeInvalid;
        }
        if (last >= total)
            return UploadErrorCode.RangeUnsatisfiable;
        range = new ByteRange(first, last + 1);
        return null;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
