using System.Net;

namespace HmacFileServer.Testing;

/// <summary>
/// Loopback addresses that nobody else uses: each server under test gets its own, so that fixed ports never collide and none has to be guessed.
/// </summary>
public static class LoopbackAddress
{
    private static int s_count;

    /// <summary>The next one of 127.64.0.0/10, told apart by process and by a count within it (at most 254 a process).</summary>
    public static IPAddress Next()
    {
        var count = Interlocked.Increment(ref s_count);
        if (count > 254)
            throw new InvalidOperationException("A test process has no more than 254 loopback addresses.");
        var process = Environment.ProcessId;
        return new IPAddress([127, (byte)(64 + ((process >> 8) & 63)), (byte)process, (byte)count]);
    }
}
