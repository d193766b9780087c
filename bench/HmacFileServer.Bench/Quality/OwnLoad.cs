using HmacFileServer.Core.Networks;

namespace HmacFileServer.Bench.Quality;

/// <summary>
/// A path that our own upload fills: the rate wanders (log-normal, 25 % from look to look correlated over about ten seconds, 0.4 to 2
/// times the base), a full queue of <paramref name="queueBytes"/> stands in it, round trips vary by up to 30 %, up to 3 % of the
/// segments are dropped by the full queue, and acknowledgements come in bursts with gaps of up to half a round trip.
/// </summary>
internal sealed class OwnLoad(double baseRate, double leastMilliseconds, double queueBytes, Random random)
{
    private const double LookSeconds = 0.1;
    private const double Segment = 1448;
    private double _wander;
    private double _acked;
    private double _sent;
    private double _lost;

    /// <summary>1 while the path is well; a decay lowers it.</summary>
    public double Health { get; set; } = 1;

    public static TimeSpan Look { get; } = TimeSpan.FromSeconds(LookSeconds);

    public TcpSample Next()
    {
        _wander = 0.99 * _wander + 0.25 * Math.Sqrt(1 - 0.99 * 0.99) * Normal();
        var rate = baseRate * Math.Clamp(Math.Exp(_wander), 0.4, 2) * Health;
        var rtt = leastMilliseconds + 1000 * queueBytes / rate;
        rtt *= 1 + 0.3 * (random.NextDouble() - 0.5);
        _acked += rate * LookSeconds;
        _sent += rate * LookSeconds / Segment;
        _lost += rate * LookSeconds / Segment * 0.03 * random.NextDouble();
        return new TcpSample
        {
            State = 1,
            Rtt = TimeSpan.FromMilliseconds(rtt),
            MinRtt = TimeSpan.FromMilliseconds(leastMilliseconds),
            RttVariation = TimeSpan.FromMilliseconds(rtt * 0.3 * random.NextDouble()),
            MaximumSegmentSize = (uint)Segment,
            UnackedSegments = (uint)Math.Max(1, rate * rtt / 1000 / Segment),
            BytesAcked = (ulong)_acked,
            DataSegmentsSent = (uint)((ulong)_sent & uint.MaxValue),
            TotalRetransmits = (uint)((ulong)_lost & uint.MaxValue),
            SinceLastAck = TimeSpan.FromMilliseconds(random.NextDouble() * random.NextDouble() * Math.Min(leastMilliseconds / 2, 80)),
        };
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
