using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Tests.Networks.Quality;

/// <summary>One connection over one path, looked at every 100 ms of virtual time. Little's law gives what is in flight.</summary>
internal sealed class SampledPath(QualityOptions? options = null)
{
    private const uint Segment = 1448;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private double _acked;
    private double _sent;
    private double _lost;

    public PathQuality Quality { get; } = new(options ?? new QualityOptions());

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Bytes per second.</summary>
    public double Rate { get; set; } = 2_000_000;

    public double BaseMilliseconds { get; set; } = 30;

    public double QueueMilliseconds { get; set; }

    public double VariationMilliseconds { get; set; } = 3;

    public double LossPercent { get; set; }

    public bool AppLimited { get; set; }

    /// <summary>Set: the round trip is not of our making, this many segments are in flight.</summary>
    public uint? InFlight { get; set; }

    public TimeSpan SinceLastAck { get; set; }

    public PathQualitySnapshot Snapshot => Quality.Snapshot(Now);

    public PathQualitySnapshot Run(double seconds, Action<PathQualitySnapshot>? each = null)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            Now += Look;
            _acked += Rate * Look.TotalSeconds;
            var sent = Rate * Look.TotalSeconds / Segment;
            _sent += Math.Max(sent, 1);
            _lost += Math.Max(sent, 1) * LossPercent / 100;
            SinceLastAck = Rate > 0 ? TimeSpan.FromMilliseconds(1) : SinceLastAck + Look;
            Quality.Observe(Sample(), Now);
            each?.Invoke(Snapshot);
        }
        return Snapshot;
    }

    /// <summary>The kernel's counters of a connection that was just opened.</summary>
    public void Reconnect() => _acked = _sent = _lost = 0;

    public TcpSample Sample()
    {
        var rtt = BaseMilliseconds + QueueMilliseconds;
        return new TcpSample
        {
            State = 1,
            Rtt = TimeSpan.FromMilliseconds(rtt),
            MinRtt = TimeSpan.FromMilliseconds(BaseMilliseconds),
            RttVariation = TimeSpan.FromMilliseconds(VariationMilliseconds),
            MaximumSegmentSize = Segment,
            UnackedSegments = InFlight ?? (uint)Math.Max(1, Rate * rtt / 1000 / Segment),
            BytesAcked = (ulong)_acked,
            DataSegmentsSent = (uint)_sent,
            TotalRetransmits = (uint)_lost,
            DeliveryRateAppLimited = AppLimited,
            SinceLastAck = SinceLastAck,
        };
    }
}
