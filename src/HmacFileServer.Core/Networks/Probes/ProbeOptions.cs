namespace HmacFileServer.Core.Networks.Probes;

/// <summary>What probing may cost. All times are durations.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// What one probe moves on the wire, in bytes, both directions: a request of about 200, an answer of about 100, TLS records, and the TCP/IP headers of
    /// four packets. Used for the budget; the connection is there already.
    /// </summary>
    public const int ProbeBytes = 600;

    /// <summary>Between two probes of an idle unmetered path: 1.1 MB an hour.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two probes of an idle metered path: 36 KB an hour, one wake-up of its radio a minute.</summary>
    public TimeSpan MeteredInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The same while the path in use is in trouble and the standby must be known to answer.</summary>
    public TimeSpan AlarmInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same on a metered path.</summary>
    public TimeSpan MeteredAlarmInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes that probes may cost on one metered path in an hour, alarms included.</summary>
    public int MeteredBytesPerHour { get; init; } = 96 * 1024;
}
