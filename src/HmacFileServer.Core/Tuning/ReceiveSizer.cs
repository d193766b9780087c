namespace HmacFileServer.Core.Tuning;

/// <summary>
/// How many bytes a server takes in from one connection ahead of whoever stores them: enough that neither the network waits for the disk nor
/// the disk for the network, and no more. It follows what the connection delivers. Not safe for use by several threads at once.
/// </summary>
public sealed class ReceiveSizer
{
    /// <summary>Bytes that every connection may have: a slow one cannot fill them.</summary>
    public const int Least = 64 * 1024;

    /// <summary>Bytes that none has more than.</summary>
    public const int Most = 2 * 1024 * 1024;

    /// <summary>Bytes of a connection of which nothing is known: one batch that is written (256 KB).</summary>
    public const int First = 256 * 1024;

    /// <summary>What arrives while one batch is hashed and written, with the disk's usual hiccups.</summary>
    private static readonly TimeSpan StoreTime = TimeSpan.FromMilliseconds(20);

    /// <summary>A measurement is at least this long: the rate of single bursts says nothing.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(50);

    /// <summary>Nothing came for so long: nobody was sending, and the time says nothing of the network.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1.5);

    private int _most = Most;
    private TimeSpan _since;
    private long _bytes;

    /// <summary>Bytes that may be held, from <see cref="Least"/> to <see cref="Most"/>.</summary>
    public int Ahead { get; private set; } = First;

    /// <summary>Bytes per second, as last measured or foretold; 0 before.</summary>
    public double Rate { get; private set; }

    /// <summary>Begins with what is known of the network.</summary>
    /// <param name="rate">Bytes per second; 0 if it is not known.</param>
    /// <param name="rtt">Smallest round trip.</param>
    /// <param name="most">What the configuration gives this kind of network at most, in bytes.</param>
    public void Seed(double rate, TimeSpan rtt, int most)
    {
        _most = Math.Clamp(most, Least, Most);
        if (rate > 0)
            Follow(rate, rtt);
        else
            Ahead = Math.Min(Ahead, _most);
    }

    /// <summary>Bytes have arrived. True if it is time to read the round trip and to call <see cref="Measure"/>.</summary>
    public bool Arrived(int bytes, TimeSpan now)
    {
        _bytes += bytes;
        return now - _since >= Window;
    }

    /// <summary>The connection has waited for its next bytes. Nothing is learned from the time in which nobody was sending.</summary>
    public void Waited(TimeSpan from, TimeSpan to)
    {
        if (to - from >= Idle)
            (_since, _bytes) = (to, 0);
    }

    /// <summary>Takes in what came since the last time.</summary>
    public void Measure(TimeSpan now, TimeSpan rtt)
    {
        if (now <= _since)
            return;
        var rate = _bytes / (now - _since).TotalSeconds;
        (_since, _bytes) = (now, 0);
        // Half of a fall at once, all of a rise: too little costs throughput, too much a moment of memory.
        Follow(Math.Max(rate, Rate / 2), rtt);
    }

    private void Follow(double rate, TimeSpan rtt)
    {
        Rate = rate;
        // Two round trips: what is under way while the sender learns that there is room, and what fills it.
        Ahead = (int)Math.Clamp(rate * (StoreTime + 2 * rtt).TotalSeconds, Least, _most);
    }
}
