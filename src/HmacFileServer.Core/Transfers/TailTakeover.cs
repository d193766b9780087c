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
