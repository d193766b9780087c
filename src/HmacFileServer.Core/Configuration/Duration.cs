using System.Buffers;
using System.Globalization;

namespace HmacFileServer.Core.Configuration;

/// <summary>Durations as operators write them: `500ms`, `30s`, `5m`, `24h`, `7d`, `1h30m`, `1.5h`; zero needs no unit.</summary>
public static class Duration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("ms", TimeSpan.TicksPerMillisecond), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>Reads a duration; false for anything else, for negative ones, and for more than a TimeSpan holds (29,000 years).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        text = text.Trim(' ');
        if (text is "0")
            return true;
        var total = 0m;
        var previous = long.MaxValue; // units come in falling order, each once: 1m1h is a slip of the pen
        do
        {
            var digits = text.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            if (!TryUnit(ref text, out var ticks) || ticks >= previous || number > (decimal)TimeSpan.MaxValue.Ticks / ticks)
                return false;
            total += number * ticks;
            previous = ticks;
        }
        while (!text.IsEmpty);
        if (total > TimeSpan.MaxValue.Ticks)
            return false;
        duration = new TimeSpan((long)total);
        return true;
    }

    /// <summary>Writes a duration so that it reads the same again.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = duration.Ticks;
        foreach (var (unit, ticks) in Units.OrderByDescending(u => u.Ticks))
        {
            // 24h says more to an operator than 1d, and 90m more than 1h30m; a unit is used when it leaves nothing over.
            if (rest % ticks == 0 && rest / ticks > (unit == "d" ? 1 : 0))
                return string.Create(CultureInfo.InvariantCulture, $"{rest / ticks}{unit}");
        }
        return rest == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{(decimal)rest / TimeSpan.TicksPerMillisecond}ms");
    }

    private static bool TryUnit(ref ReadOnlySpan<char> text, out long ticks)
    {
        foreach (var (unit, size) in Units)
        {
            if (!text.StartsWith(unit, StringComparison.Ordinal))
                continue;
            ticks = size;
            text = text[unit.Length..];
            return true;
        }
        ticks = 0;
        return false;
    }
}
