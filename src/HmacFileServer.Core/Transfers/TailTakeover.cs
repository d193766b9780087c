using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Transfers;

/// <summary>
/// When a path's last bytes are better sent over another: at the end of a transfer nothing is left for the fast paths to go on with, so waiting for a
/// path that has fallen silent costs the whole transfer what it takes that path's TCP to send a lost segment again (a retransmission timeout,
/// 200 ms and more). Pure.
/// </summary>
public static class TailTakeover
{
    /// <summary>Beside the round trip: what a busy host may take to look.</summary>
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(10);

    private const double RoundTrips = 2;

    /// <summary>Paths that share a file end within this of each other, whatever they are: less is no reason to send bytes twice.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a path with nothing left to do waits for the bytes that another one still delivers: as long again as it would take to bring them itself, so that
    /// the transfer ends no later than three times what it could have, however slow the other one has become.
    /// </summary>
    /// <param name="bytes">Outstanding elsewhere.</param>
    /// <param name="rate">What the idle path delivers, bytes per second; 0 if that is not known: then it waits.</param>
    /// <param name="rtt">Its round trip: one to ask what is missing, one to bring it.</param>
    public static TimeSpan Patience(long bytes, double rate, TimeSpan rtt)
    {
        if (!(rate > 0))
            return TimeSpan.MaxValue;
        var itself = (2 * rtt) + TimeSpan.FromSeconds(bytes / rate);
        return 2 * itself > LeastPatience ? 2 * itself : LeastPatience;
    }

    /// <summary>True if a path with bytes outstanding has been silent for longer than its round trip explains.</summary>
    /// <param name="sample">Of its connection. The smallest round trip counts: its own queue is empty, or it would not be silent.</param>
    public static bool IsDue(in TcpSample sample)
    {
        if (sample.UnackedSegments == 0)
            return false;
        var trip = sample.MinRtt > TimeSpan.Zero ? sample.MinRtt : sample.Rtt;
        var patience = trip * RoundTrips > trip + (4 * sample.RttVariation) ? trip * RoundTrips : trip + (4 * sample.RttVariation);
        return trip > TimeSpan.Zero && sample.SinceLastAck > patience + Floor;
    }
}
