using System.Globalization;

namespace HmacFileServer.Bench.Load;

/// <summary>What a process holds of the machine's memory, from /proc.</summary>
internal static class ResidentMemory
{
    /// <summary>VmRSS, in bytes.</summary>
    public static long Bytes(int processId) => Read(processId, "VmRSS:");

    /// <summary>VmHWM: the most there ever was, in bytes.</summary>
    public static long PeakBytes(int processId) => Read(processId, "VmHWM:");

    private static long Read(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
