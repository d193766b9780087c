using System.Globalization;

namespace HmacFileServer.Core.Configuration;

/// <summary>Sizes as operators write them: `512KB`, `1.5 GB`, `4096`. 1 KB is 1024 bytes, and so is 1 KiB and 1 K.</summary>
public static class ByteSize
{
    public const long KB = 1024;
    public const long MB = 1024 * KB;
    public const long GB = 1024 * MB;
    public const long TB = 1024 * GB;

    private static readonly (string Unit, long Bytes)[] Units = [("TB", TB), ("GB", GB), ("MB", MB), ("KB", KB), ("B", 1)];

    /// <summary>Reads a size; false for anything else, for negative sizes, and for more than 8 EB - 1. A part of a byte is cut off.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        text = text.Trim(' ');
        var digits = text.LastIndexOfAnyInRange('0', '9') + 1;
        if (!TryUnit(text[digits..].TrimStart(' '), out var unit)
            || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > (decimal)long.MaxValue / unit)
        {
            return false;
        }
        bytes = (long)(number * unit);
        return true;
    }

    /// <summary>Writes a size with the largest unit that leaves a whole number.</summary>
    public static string Format(long bytes)
    {
        foreach (var (unit, size) in Units)
        {
            if (bytes != 0 && bytes % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
        }
        return "0B";
    }

    private static bool TryUnit(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 1;
        if (text.IsEmpty)
            return true;
        foreach (var (unit, size) in Units)
        {
            // KB, KiB or K
            var first = text[..1].Equals(unit.AsSpan(0, 1), StringComparison.OrdinalIgnoreCase);
            var rest = text[1..];
            if (first && (rest.IsEmpty || (size > 1 && (rest.Equals("B", StringComparison.OrdinalIgnoreCase) || rest.Equals("iB", StringComparison.OrdinalIgnoreCase)))))
            {
                bytes = size;
                return true;
            }
        }
        return false;
    }
}
