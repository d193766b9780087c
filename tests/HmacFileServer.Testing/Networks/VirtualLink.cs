using HmacFileServer.Core.Networks;

namespace HmacFileServer.Testing.Networks;

/// <summary>
/// A link in virtual time, as a sender's kernel sees it. While it is sent over, our own bytes fill it: a queue stands in it, acknowledgements
/// come in bursts, a full queue drops now and then. Fluid, not packet by packet.
/// </summary>
public sealed class VirtualLink(string name, int priority, Random random)
{
    private const double Segment = 1448;
    private double _acked;
    private double _sent;
    private double _lost;
    private double _wander;
    private bool _owes;

    public string Name => name;

    public int Priority { get; set; } = priority;

    public bool Metered { get; init; }

    /// <summary>The local interface; null for one of its own.</summary>
    public string? Interface { get; init; }

    /// <summary>Which of the server's addresses; null for the first.</summary>
    public string? Endpoint { get; init; }

    public int EndpointRank { get; set; }

    /// <summary>For how long the server vouches for the link when it appears.</summary>
    public TimeSpan UsableFor { get; set; }

    /// <summary>Carrier, address and route.</summary>
    public bool Usable { get; set; } = true;

    /// <summary>Everything is there, and nothing gets through.</summary>
    public bool Blackhole { get; set; }

    /// <summary>Something on the way answers in the server's place.</summary>
    public bool Portal { get; set; }

    /// <summary>Bytes per second.</summary>
    public double Rate { get; set; } = 1_000_000;

    /// <summary>Round trip of the empty link, in milliseconds.</summary>
    public double RttMilliseconds { get; set; } = 30;

    /// <summary>Milliseconds of the link's rate that our own bytes wait in its queue.</summary>
    public double QueueMilliseconds { get; set; }

    /// <summary>A round trip more that is not of our making.</summary>
    public double ForeignMilliseconds { get; set; }

    /// <summary>Random loss of data segments, which is not of our making; TCP slows down by it (Mathis et al., 1997).</summary>
    public double LossPercent { get; set; }

    /// <summary>Loss of acknowledgements: they are cumulative, so that only the gaps between them grow.</summary>
    public double AckLossPercent { get; set; }

    /// <summary>Drops of the full queue, in percent of the segments.</summary>
    public double QueueDropPercent { get; set; } = 0.5;

    /// <summary>Swing of the rate: standard deviation of its logarithm, correlated over about ten seconds.</summary>
    public double Swing { get; set; } = 0.1;

    public TimeSpan LastAck { get; private set; }

    public bool IsConnected { get; private set; }

    /// <summary>When an attempt to connect, or the probe under way, is answered or given up; null while there is none.</summary>
    public TimeSpan? AnswerAt { get; set; }

    /// <summary>What the path delivered so far, over all connections.</summary>
    public double Delivered { get; private set; }

    /// <summary>What the link gives to a sender right now.</summary>
    public double Effective
    {
        get
        {
            if (!Usable || Blackhole)
                return 0;
            return Math.Min(Rate, LossBound) * Math.Clamp(Math.Exp(_wander), 0.4, 2);
        }
    }

    /// <summary>Bytes per second that a profile knows of the link.</summary>
    public double KnownRate { get; init; }

    /// <summary>What loss leaves to TCP.</summary>
    private double LossBound => LossPercent > 0 ? 1.22 * Segment / ((RttMilliseconds + ForeignMilliseconds) / 1000 * Math.Sqrt(LossPercent / 100)) : double.MaxValue;

    /// <summary>A sender that loss holds back fills no queue.</summary>
    private double Queue => LossBound < Rate ? 0 : QueueMilliseconds;

    public void Open(TimeSpan now)
    {
        (_acked, _sent, _lost) = (0, 0, 0);
        (IsConnected, LastAck, AnswerAt, _owes) = (true, now, null, false);
    }

    public void Close() => (IsConnected, AnswerAt, _owes) = (false, null, false);

    /// <summary>Time passes, and while <paramref name="sending"/> is set bytes fill the link.</summary>
    public void Advance(TimeSpan step, bool sending, TimeSpan now)
    {
        var keep = Math.Exp(-step.TotalSeconds / 10);
        _wander = keep * _wander + Swing * Math.Sqrt(1 - keep * keep) * Normal();
        if (!IsConnected)
            return;
        _owes = sending || (_owes && (Blackhole || !Usable));
        if (!sending)
            return;
        var rate = Effective;
        _acked += rate * step.TotalSeconds;
        Delivered += rate * step.TotalSeconds;
        var segments = Math.Max(rate, Segment) * step.TotalSeconds / Segment;
        _sent += segments;
        _lost += segments * (LossPercent + (Queue > 0 ? QueueDropPercent * 2 * random.NextDouble() : 0)) / 100;
        if (rate <= 0)
            return;
        // Bursts: the gap between two acknowledgements is short mostly, and half a round trip at times.
        var gap = random.NextDouble() * random.NextDouble() * Math.Min(RttMilliseconds / 2, 80);
        if (AckLossPercent > 0)
            gap += random.NextDouble() < AckLossPercent / 100 ? RttMilliseconds / 2 : 0;
        var heard = now - TimeSpan.FromMilliseconds(gap);
        if (heard > LastAck)
            LastAck = heard;
    }

    public TcpSample Sample(TimeSpan now)
    {
        var rtt = RoundTrip();
        return new TcpSample
        {
            State = 1,
            Rtt = TimeSpan.FromMilliseconds(rtt),
            MinRtt = TimeSpan.FromMilliseconds(RttMilliseconds),
            RttVariation = TimeSpan.FromMilliseconds(rtt * 0.1 + Queue * 0.2 * random.NextDouble()),
            MaximumSegmentSize = (uint)Segment,
            UnackedSegments = !_owes ? 0 : (uint)Math.Clamp(Math.Min(Rate, Math.Max(Effective, Segment)) * (RttMilliseconds + Queue) / 1000 / Segment, 1, 1e6),
            BytesAcked = (ulong)_acked,
            DataSegmentsSent = (uint)((ulong)_sent & uint.MaxValue),
            TotalRetransmits = (uint)((ulong)_lost & uint.MaxValue),
            SinceLastAck = now > LastAck ? now - LastAck : TimeSpan.Zero,
        };
    }

    /// <summary>
    /// The round trip of a probe on the idle link; null if it is swallowed or answered by somebody else. A lost segment is sent again after
    /// the kernel's least timeout.
    /// </summary>
    public TimeSpan? Probe()
    {
        if (!Usable || Blackhole || Portal)
            return null;
        var took = (RttMilliseconds + ForeignMilliseconds) * (1 + 0.1 * random.NextDouble());
        for (_sent++; random.NextDouble() < LossPercent / 100; _sent++)
        {
            _lost++;
            took += 200 + RttMilliseconds;
        }
        return TimeSpan.FromMilliseconds(took);
    }

    private double RoundTrip() => (RttMilliseconds + ForeignMilliseconds + (_owes ? Queue : 0)) * (1 + 0.1 * (random.NextDouble() - 0.5));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
