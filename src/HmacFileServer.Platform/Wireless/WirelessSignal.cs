using System.Globalization;

namespace HmacFileServer.Platform;

/// <summary>How well a wireless interface receives, as its driver says.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Quality">The link's quality, 0 to 70 with most drivers; 0 where the driver does not say.</param>
/// <param name="LevelDbm">Signal strength in dBm, -30 (near) to -90 (lost); null where the driver does not say.</param>
public readonly record struct WirelessSignal(string Interface, int Quality, int? LevelDbm)
{
    private const int HeaderLines = 2;
    private const string SystemTable = "/proc/thread-self/net/wireless";

    /// <summary>
    /// The signal of every wireless interface in the caller's network namespace (Linux: /proc/net/wireless); none where there is
    /// no such file. The kernel holds its lock of all interfaces meanwhile, so that this may wait for one that is being switched.
    /// </summary>
    public static IReadOnlyList<WirelessSignal> ReadAll() => OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? ReadAll(SystemTable) : [];

    /// <summary>The same from a file of that form; none where it is not there or cannot be read.</summary>
    /// <param name="table">Its path.</param>
    public static IReadOnlyList<WirelessSignal> ReadAll(string table)
    {
        try
        {
            return Parse(File.ReadAllText(table));
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return []; // a kernel without wireless extensions
        }
    }

    /// <summary>Reads the table; lines that are none of it are passed over.</summary>
    internal static IReadOnlyList<WirelessSignal> Parse(ReadOnlySpan<char> table)
    {
        var found = new List<WirelessSignal>();
        var number = 0;
        foreach (var line in table.EnumerateLines())
        {
            if (number++ >= HeaderLines && TryParseLine(line) is { } signal)
                found.Add(signal);
        }
        return found;
    }

    /// <summary>` wlan0: 0000   54.  -56.  -256        0 ...`: status, quality, level, noise. A dot marks a value as fresh.</summary>
    private static WirelessSignal? TryParseLine(ReadOnlySpan<char> line)
    {
        var colon = line.LastIndexOf(':'); // names may hold one: `wlan0:1`
        if (colon <= 0)
            return null;
        Span<Range> columns = stackalloc Range[4];
        var values = line[(colon + 1)..];
        if (values.SplitAny(columns, " \t", StringSplitOptions.RemoveEmptyEntries) < 4
            || !TryNumber(values[columns[1]], out var quality) || !TryNumber(values[columns[2]], out var level))
            return null;
        // Drivers that do not mark their level as dBm have it printed as the byte it is sent as: 200 is -56 dBm.
        if (level is > 63 and <= 255)
            level -= 256;
        return new WirelessSignal(line[..colon].Trim().ToString(), quality, level < 0 ? level : null);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text.TrimEnd('.'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
