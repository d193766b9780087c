using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tuning;

/// <summary>
/// Tells whether a path is so long that a congestion control which feels its way by losses (cubic, reno) takes a good part of an upload to find
/// its rate: it doubles once a round trip, stops doubling at the first jitter (HyStart), and after a loss needs seconds to come back. One that measures
/// the rate (bbr) has it after some six round trips. `hfs-lab run aggregate-spread` has such a path, of 400 ms.
/// </summary>
public static class LongRoundTrip
{
    /// <summary>150 ms: satellites, other continents, a mobile network behind a tunnel.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(150);

    /// <summary>True if the smallest round trip of the connection is that long.</summary>
    public static bool Is(in TcpSample sample) => sample.MinRtt >= Least;
}
