namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Reads the date-time kinds from one token (RFC 3339, where `T` may be a space and the time or the offset may be missing).</summary>
internal static class TomlDateTimes
{
    private const string NotADateTime =
        "This is not a date or time: write 1979-05-27T07:32:00Z, 1979-05-27T07:32:00+02:00, 1979-05-27T07:32:00, 1979-05-27 or 07:32:00, with days and hours that exist.";

    /// <summary>True for a token that can only be a date (`1979-`): a space and a time may follow it.</summary>
    public static bool StartsDate(ReadOnlySpan<char> token) => token.Length > 4 && token[4] == '-' && !token[..4].ContainsAnyExceptInRange('0', '9');

    /// <summary>True for a token that can only be a time (`07:`).</summary>
    public static bool StartsTime(ReadOnlySpan<char> token) => token.Length > 2 && token[2] == ':' && !token[..2].ContainsAnyExceptInRange('0', '9');

    public static TomlDateTime Read(TomlCursor cursor, TomlPosition position, ReadOnlySpan<char> token)
    {
        var rest = token;
        TomlDate? date = null;
        TomlTime? time = null;
        int? offset = null;
        var good = true;
        if (StartsDate(rest))
        {
            good = TryReadDate(ref rest, out date);
            if (good && rest.IsEmpty)
                return new TomlDateTime(position, date, null, null);
            good = good && rest is ['T' or 't' or ' ', ..];
            rest = good ? rest[1..] : rest;
        }
        good = good && TryReadTime(ref rest, out time);
        if (good && date is not null && !rest.IsEmpty)
            good = TryReadOffset(ref rest, out offset);
        return good && rest.IsEmpty ? new TomlDateTime(position, date, time, offset) : throw cursor.Error(position, NotADateTime);
    }

    private static bool TryReadDate(ref ReadOnlySpan<char> rest, out TomlDate? date)
    {
        date = null;
        if (!TryReadDigits(ref rest, 4, out var year) || !TrySkip(ref rest, '-') || !TryReadDigits(ref rest, 2, out var month)
            || !TrySkip(ref rest, '-') || !TryReadDigits(ref rest, 2, out var day) || month is < 1 or > 12 || day < 1)
        {
            return false;
        }
        // Year 0 is a leap year like 2000, and .NET begins with year 1.
        if (day > DateTime.DaysInMonth(year == 0 ? 2000 : year, month))
            return false;
        date = new TomlDate(year, month, day);
        return true;
    }

    private static bool TryReadTime(ref ReadOnlySpan<char> rest, out TomlTime? time)
    {
        time = null;
        if (!TryReadDigits(ref rest, 2, out var hour) || !TrySkip(ref rest, ':') || !TryReadDigits(ref rest, 2, out var minute)
            || !TrySkip(ref rest, ':') || !TryReadDigits(ref rest, 2, out var second) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }
        var nanosecond = 0;
        if (TrySkip(ref rest, '.') && !TryReadFraction(ref rest, out nanosecond))
            return false;
        time = new TomlTime(hour, minute, second, nanosecond);
        return true;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<char> rest, out int nanosecond)
    {
        var digits = rest.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : rest.Length;
        nanosecond = 0;
        for (var i = 0; i < 9; i++)
            nanosecond = (nanosecond * 10) + (i < digits ? rest[i] - '0' : 0);
        rest = rest[digits..];
        return digits > 0;
    }

    private static bool TryReadOffset(ref ReadOnlySpan<char> rest, out int? minutes)
    {
        minutes = 0;
        if (TrySkip(ref rest, 'Z') || TrySkip(ref rest, 'z'))
            return true;
        var sign = rest[0] switch { '+' => 1, '-' => -1, _ => 0 };
        rest = rest[1..];
        if (!TryReadDigits(ref rest, 2, out var hour) || !TrySkip(ref rest, ':') || !TryReadDigits(ref rest, 2, out var minute))
            return false;
        minutes = sign * ((hour * 60) + minute);
        return sign != 0 && hour <= 23 && minute <= 59;
    }

    private static bool TryReadDigits(ref ReadOnlySpan<char> rest, int count, out int value)
    {
        value = 0;
        if (rest.Length < count || rest[..count].ContainsAnyExceptInRange('0', '9'))
            return false;
        foreach (var c in rest[..count])
            value = (value * 10) + (c - '0');
        rest = rest[count..];
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }
}
