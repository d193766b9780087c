using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Testing.Faults;

/// <summary>One path of an upload in virtual time, as the client keeps it.</summary>
internal sealed class VirtualLane(FaultyLink link)
{
    /// <summary>As the client's own: the least segment, and what an Ethernet's chunk is.</summary>
    public const long LeastChunk = 64 * 1024;
    private const long MostChunk = 10 * 1024 * 1024;

    private double _capacity;
    private double _confidence;
    private long _delivered;
    private long _ackedBefore;

    public FaultyLink Link => link;

    public SegmentSizer Sizer { get; } = new(LeastChunk, MostChunk);

    public StreamConnection? Connection { get; set; }

    /// <summary>When an attempt to connect is over, and whether it succeeds then.</summary>
    public (TimeSpan At, bool Succeeds)? Opening { get; set; }

    public TimeSpan NextAttempt { get; set; }

    public int FailedAttempts { get; set; }

    /// <summary>The segment that is being written, and when it was begun.</summary>
    public (Segment Segment, TimeSpan Since)? Writing { get; set; }

    /// <summary>A question that is to go out before the next segment.</summary>
    public SentRequest? Question { get; set; }

    public Dictionary<Segment, TimeSpan> Begun { get; } = [];

    public TcpSample LastSample { get; private set; }

    public double? Capacity => _delivered >= LeastChunk ? _capacity / _confidence : null;

    public void Sampled(in TcpSample sample, TimeSpan step)
    {
        var acked = Connection!.Acked - _ackedBefore;
        _ackedBefore = Connection.Acked;
        if (acked > 0 || LastSample.UnackedSegments > 0)
        {
            _capacity += step.TotalSeconds * ((acked / step.TotalSeconds) - _capacity);
            _confidence += step.TotalSeconds * (1 - _confidence);
        }
        _delivered += acked;
        LastSample = sample;
    }

    public void Reset()
    {
        (Connection, Writing, Question, _ackedBefore, _capacity, _confidence, _delivered) = (null, null, null, 0, 0, 0, 0);
        Begun.Clear();
    }
}
