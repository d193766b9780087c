namespace HmacFileServer.Client.Traffic;

/// <summary>
/// Keeps all transfers of a client together at or below a rate. Bytes are let through one after the other, each as late as the ones before
/// it make necessary; a pause saves up a quarter of a second at most.
/// </summary>
/// <param name="bytesPerSecond">1 or more.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    private static readonly TimeSpan Saved = TimeSpan.FromMilliseconds(250);

    /// <summary>Timers tell milliseconds apart, and each wait costs a wake-up: ten milliseconds of the rate at once keep both small beside the transfer.</summary>
    private static readonly TimeSpan Portion = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new(); // guards _free
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _free;

    /// <summary>Bytes that are best asked for at once.</summary>
    public int Share { get; } = (int)Math.Clamp(bytesPerSecond * Portion.TotalSeconds, 1, 2 * 1024 * 1024);

    /// <summary>Returns when so many bytes may go.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_origin);
            if (_free < now - Saved)
                _free = now - Saved;
            wait = _free - now;
            _free += TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation);
    }
}
