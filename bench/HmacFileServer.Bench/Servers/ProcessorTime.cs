using System.Globalization;

namespace HmacFileServer.Bench.Servers;

/// <summary>Processor seconds of a process and its children, from /proc: what a run cost, however busy the machine was with other things.</summary>
internal static class ProcessorTime
{
    // USER_HZ: 100 on every architecture that Linux and .NET share.
    private const double TicksPerSecond = 100;

    /// <summary>User and system seconds so far of the process and its direct children.</summary>
    public static double Seconds(int processId)
    {
        var total = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
        {
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(folder, "stat"));
            }
            catch (IOException)
            {
                continue; // it ended meanwhile
            }
            // After the name in parentheses: state, parent, ..., utime and stime as 12th and 13th (proc(5)).
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            if (text.StartsWith($"{processId} ", StringComparison.Ordinal) || int.Parse(fields[1], CultureInfo.InvariantCulture) == processId)
                total += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        return total / TicksPerSecond;
    }
}
