using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Client.Uploads;

/// <summary>One path of a running upload: its connection, if it has one, and what it has done so far. The run loop's alone.</summary>
internal sealed class Lane(PathCandidate path, PathTuning tuning, int priority, SegmentSizer sizer)
{
    private ulong _ackedBefore;

    public PathCandidate Path { get; set; } = path;

    public PathTuning Tuning { get; } = tuning;

    public int Priority { get; } = priority;

    public SegmentSizer Sizer { get; } = sizer;

    /// <summary>Buffer and chunk, within the bounds of the path's kind.</summary>
    public required PathTuner Tuner { get; init; }

    /// <summary>Which of the networks that the interface may lead to this is: profiles go by it.</summary>
    public required string Network { get; init; }

    /// <summary>Bytes per second that the network gave in the past; zero if that is not known.</summary>
    public double KnownRate { get; init; }

    /// <summary>TCP_NOTSENT_LOWAT as applied to the connection in use.</summary>
    public int NotSentBytes { get; set; }

    /// <summary>The connection that <see cref="NotSentBytes"/> was applied to.</summary>
    public PathConnection? Tuned { get; set; }

    /// <summary>Seconds in which the path carried bytes.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>Smallest round trip seen; zero before the first.</summary>
    public TimeSpan LeastRtt { get; private set; }

    public PathConnection? Connection { get; set; }

    /// <summary>
    /// The connection on which our server has made itself known: nothing that belongs to the upload goes over another one. Where the URL's own name led the
    /// connection, or TLS proved the name, there is nothing more to ask.
    /// </summary>
    public PathConnection? Proven { get; set; }

    /// <summary>A connection was open once.</summary>
    public bool WasOpened { get; set; }

    /// <summary>Set while a connection is being opened.</summary>
    public CancellationTokenSource? Opening { get; set; }

    /// <summary>Not before this is the next attempt to connect.</summary>
    public TimeSpan NextAttempt { get; set; }

    public int FailedAttempts { get; set; }

    /// <summary>When the unanswered probe was sent; null while none is.</summary>
    public TimeSpan? ProbeSent { get; set; }

    public long BytesDone { get; set; }

    public int Segments { get; set; }

    /// <summary>The largest buffer that a connection was given, in bytes.</summary>
    public int LargestBuffer { get; set; }

    /// <summary>What the path's profile said; null without one.</summary>
    public PathSeed? Seed { get; set; }

    /// <summary>The longest segment that was acknowledged, in bytes.</summary>
    public long LargestChunk { get; set; }

    public int FailedSegments { get; set; }

    /// <summary>Of the connection in use, or of the last one.</summary>
    public TcpSample LastSample { get; private set; }

    /// <summary>Acknowledged bytes per second, smoothed over about a second.</summary>
    public double Rate { get; private set; }

    /// <summary>
    /// What the path delivers when it is given something, bytes per second; null until it has delivered enough to tell. Unlike
    /// <see cref="Rate"/> it does not sink while the path has nothing to do, so a path that waited is not taken for a slow one.
    /// </summary>
    public double? Capacity => _delivered >= PathTuning.LeastChunk ? _capacity / _confidence : null;

    /// <summary>Retransmitted segments of all connections so far, as a share of those sent, in percent.</summary>
    public double LossPercent { get; private set; }

    /// <summary>What the connection in use says of losses.</summary>
    public RandomLoss RandomLoss { get; private set; } = new();

    /// <summary>The connection in use was given the congestion control that bears losses, where the system has it.</summary>
    public bool BearsLoss { get; set; }

    private TimeSpan _sampledAt;
    private double _capacity;
    private double _confidence; // what share of the mean is measured and not its start at zero
    private long _delivered;

    public string Name => Path.Name;

    /// <summary>Takes in a sample; returns how many bytes were acknowledged since the one before.</summary>
    public long Sampled(in TcpSample sample, TimeSpan now)
    {
        var acked = (long)(sample.BytesAcked - Math.Min(_ackedBefore, sample.BytesAcked));
        var elapsed = (now - _sampledAt).TotalSeconds;
        if (elapsed > 0)
        {
            var weight = Math.Min(1, elapsed);
            Rate += weight * (acked / elapsed - Rate);
            if (acked > 0 || LastSample.UnackedSegments > 0)
            {
                _capacity += weight * (acked / elapsed - _capacity);
                _confidence += weight * (1 - _confidence);
            }
            _delivered += acked;
            if (LastSample.UnackedSegments > 0)
                Busy += TimeSpan.FromSeconds(elapsed);
        }
        if (sample.MinRtt > TimeSpan.Zero && (LeastRtt == TimeSpan.Zero || sample.MinRtt < LeastRtt))
            LeastRtt = sample.MinRtt;
        _ackedBefore = sample.BytesAcked;
        _sampledAt = now;
        LastSample = sample;
        if (sample.DataSegmentsSent > 0)
            LossPercent = 100.0 * sample.TotalRetransmits / sample.DataSegmentsSent;
        return acked;
    }

    /// <summary>The connection is gone: the next one counts from zero.</summary>
    public void Reset()
    {
        Connection = null;
        Proven = null;
        RandomLoss = new RandomLoss();
        BearsLoss = false;
        ProbeSent = null;
        _ackedBefore = 0;
        Rate = 0;
        _capacity = 0;
        _confidence = 0;
        _delivered = 0;
    }
}
