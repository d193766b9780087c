using System.Globalization;

namespace HmacFileServer.Lab.Topology;

/// <summary>Reads rates, times, sizes and percentages as people write them, with errors that name the units.</summary>
internal static class Quantity
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(10);

    /// <summary>Bits per second: <c>100mbit</c>, <c>1.5gbit</c>, <c>64kbit</c>, <c>9600bit</c>; <c>unlimited</c> is 0.</summary>
    public static long ParseRate(string text)
    {
        if (text == "unlimited")
            return 0;
        var rate = Parse(text, "a rate such as 20mbit, 64kbit or unlimited", ("gbit", 1e9), ("mbit", 1e6), ("kbit", 1e3), ("bit", 1));
        return rate is >= 1000 and <= 40e9 ? (long)rate : throw new FormatException($"'{text}' is not between 1kbit and 40gbit");
    }

    /// <summary>0 to 10 s: <c>2ms</c>, <c>250us</c>, <c>1.5s</c>, <c>100ns</c>.</summary>
    public static TimeSpan ParseTime(string text)
    {
        var time = TimeSpan.FromTicks((long)(Parse(text, "a time such as 30ms, 250us or 1.5s", ("ns", 1e-2), ("us", 10), ("ms", 1e4), ("s", 1e7))));
        return time <= LongestTime ? time : throw new FormatException($"'{text}' is longer than 10 s");
    }

    /// <summary>0 to 100, with or without a percent sign.</summary>
    public static double ParsePercent(string text)
    {
        var percent = Parse(text, "a percentage such as 1.5%", ("%", 1), ("", 1));
        return percent <= 100 ? percent : throw new FormatException($"'{text}' is more than 100 %");
    }

    /// <summary>Bytes, 1 KB = 1024 B: <c>256kb</c>, <c>2mb</c>, <c>65536b</c>; at least one frame and at most 256 MB.</summary>
    public static long ParseBytes(string text)
    {
        var bytes = Parse(text, "a size such as 256kb or a time such as 100ms", ("mb", 1 << 20), ("kb", 1 << 10), ("b", 1));
        return bytes is >= PacketFrame.Largest and <= 256 << 20
            ? (long)bytes
            : throw new FormatException($"'{text}' is not between {PacketFrame.Largest}b (one frame) and 256mb");
    }

    private static double Parse(string text, string expected, params ReadOnlySpan<(string Suffix, double Factor)> units)
    {
        foreach (var (suffix, factor) in units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                return number * factor;
            }
        }
        // "0" needs no unit.
        return text == "0" ? 0 : throw new FormatException($"'{text}' is not {expected}");
    }
}
