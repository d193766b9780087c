using System.Globalization;
using HmacFileServer.Core.Uploads;
using Microsoft.Extensions.Primitives;

namespace HmacFileServer.Server.Downloads;

/// <summary>Which bytes of a file a Range header asks for (RFC 9110 §14.1.2, §14.2).</summary>
internal enum RangeKind
{
    /// <summary>No header, or one that is to be ignored (malformed, another unit, abusive): the whole file.</summary>
    Whole,

    /// <summary>One or more ranges.</summary>
    Parts,

    /// <summary>Well-formed, and nothing of it lies inside the file: 416.</summary>
    Unsatisfiable,
}

/// <summary>Reads Range headers.</summary>
internal static class RangeSelection
{
    /// <summary>More ranges than this, or ranges that overlap, are an attack rather than a reader (RFC 9110 §17.15): the header is ignored.</summary>
    private const int MostRanges = 16;

    public static RangeKind Read(StringValues header, long length, out List<ByteRange> parts)
    {
        parts = [];
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return RangeKind.Whole;
        var seen = 0;
        var span = text.AsSpan(6);
        foreach (var item in span.Split(','))
        {
            var spec = span[item].Trim();
            if (spec.IsEmpty)
                continue;
            if (++seen > MostRanges || !TryRead(spec, length, out var range))
                return RangeKind.Whole;
            if (range.IsEmpty)
                continue;
            if (parts.Exists(p => p.Overlaps(range)))
                return RangeKind.Whole;
            parts.Add(range);
        }
        if (seen == 0)
            return RangeKind.Whole;
        return parts.Count == 0 ? RangeKind.Unsatisfiable : RangeKind.Parts;
    }

    // `first-last`, `first-` or `-suffix`; an empty range when it is well-formed and lies outside.
    private static bool TryRead(ReadOnlySpan<char> spec, long length, out ByteRange range)
    {
        range = default;
        var dash = spec.IndexOf('-');
        if (dash < 0)
            return false;
        if (dash == 0)
        {
            if (!TryNumber(spec[1..], out var suffix))
                return false;
            range = new ByteRange(Math.Max(0, length - suffix), suffix == 0 ? 0 : length);
            return true;
        }
        if (!TryNumber(spec[..dash], out var first))
            return false;
        var last = long.MaxValue - 1;
        if (dash + 1 < spec.Length && (!TryNumber(spec[(dash + 1)..], out last) || last < first))
            return false;
        if (first < length)
            range = new ByteRange(first, Math.Min(last, length - 1) + 1);
        return true;
    }

    // A number beyond 2^63 is a position beyond every file.
    private static bool TryNumber(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) || value == long.MaxValue)
            value = long.MaxValue - 1;
        return true;
    }
}
