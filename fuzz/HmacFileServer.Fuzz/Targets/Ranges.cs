using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Segments;
using Microsoft.Extensions.Primitives;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>`Content-Range` and `Upload-Received`.</summary>
internal static class Ranges
{
    private static readonly string[] Pieces = ["-", "/", "*", ",", " ", "bytes ", "Bytes ", "\t", "+", "\u0663"];

    public static FuzzTarget CreateContentRange() => new(
        "content-range",
        Bytes("bytes 0-1048575/2097152", "bytes 0-0/1", "bytes 5-4/10", "bytes */10", "bytes 0-9223372036854775806/9223372036854775807", "bytes=0-1", "items 0-1/2"),
        Pieces,
        input =>
        {
            var error = ContentRangeHeader.Parse(Text(input), out var range, out var total);
            if (error is { } refused)
            {
                Check(refused is UploadErrorCode.RangeInvalid or UploadErrorCode.RangeUnsatisfiable, $"refused with {refused}");
                return false;
            }
            Check(range.Start >= 0 && range.End > range.Start && range.End <= total, $"{range} of {total}");
            Check(ContentRangeHeader.Parse(new StringValues($"bytes {range}/{total}"), out var again, out var length) is null && again == range && length == total, "read differently the second time");
            return true;
        });

    public static FuzzTarget CreateReceived() => new(
        "upload-received",
        Bytes("", "0-1048575, 2097152-4194303", "5-5", "0-9223372036854775806", "7-3", "1-2,2-3,9-9"),
        Pieces,
        input =>
        {
            if (!RangeSet.TryParse(Text(input), out var set))
                return false;
            Check(RangeSet.TryParse(set.ToString(), out var again) && again.Runs.SequenceEqual(set.Runs) && again.Count == set.Count, $"'{set}' is read differently");
            Check(set.Count == set.Runs.Sum(r => r.Length), "miscounted");
            return true;
        });
}
