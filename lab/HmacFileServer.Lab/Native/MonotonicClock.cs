namespace HmacFileServer.Lab.Native;

/// <summary>
/// The kernel's clocks in nanoseconds. The monotonic one is the same for every process of the machine, whatever its namespace,
/// and is what <see cref="TimeProvider.GetTimestamp"/> of <see cref="TimeProvider.System"/> reads on Linux.
/// </summary>
internal static unsafe class MonotonicClock
{
    private const int RealTimeClock = 0; // CLOCK_REALTIME
    private const int Monotonic = 1; // CLOCK_MONOTONIC

    /// <summary>Nanoseconds since some instant in the past; never goes back.</summary>
    public static long Now => Read(Monotonic);

    /// <summary>Nanoseconds since 1970, the clock of the stamps that the kernel puts on received frames.</summary>
    public static long RealTime => Read(RealTimeClock);

    /// <summary>Nanoseconds of processor time that a process has used, or -1 if it does not exist.</summary>
    public static long CpuTimeOf(int process)
    {
        int clock;
        return Libc.CpuClockOf(process, &clock) == 0 ? Read(clock) : -1;
    }

    private static long Read(int clock)
    {
        TimeSpecification time;
        return Libc.ReadClock(clock, &time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : -1;
    }
}
