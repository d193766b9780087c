namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>
/// One of the four date-time kinds: with date, time and offset; with date and time; a date alone; a time alone.
/// Kept as written: .NET's own types hold neither year 0, nor second 60, nor an offset that leaves year 1.
/// </summary>
public sealed class TomlDateTime(TomlPosition position, TomlDate? date, TomlTime? time, int? offsetMinutes) : TomlNode(position)
{
    /// <summary>The date, or null for a local time.</summary>
    public TomlDate? Date { get; } = date;

    /// <summary>The time of day, or null for a local date.</summary>
    public TomlTime? Time { get; } = time;

    /// <summary>Minutes east of UTC, -1439 to 1439; 0 for `Z`; null for the local kinds.</summary>
    public int? OffsetMinutes { get; } = offsetMinutes;

    public override string KindName => (Date, Time, OffsetMinutes) switch
    {
        (not null, not null, not null) => "an offset date-time",
        (not null, not null, null) => "a local date-time",
        (not null, null, _) => "a local date",
        _ => "a local time",
    };
}

/// <summary>A day of the proleptic Gregorian calendar, year 0 to 9999 (RFC 3339).</summary>
public readonly record struct TomlDate(int Year, int Month, int Day);

/// <summary>A time of day; second 60 is a leap second (RFC 3339). Digits beyond the nanosecond are cut off.</summary>
public readonly record struct TomlTime(int Hour, int Minute, int Second, int Nanosecond);
