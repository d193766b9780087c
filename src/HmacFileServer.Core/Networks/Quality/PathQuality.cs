namespace HmacFileServer.Core.Networks.Quality;

/// <summary>
/// Estimates the quality of one path from the connection in use and from probes. Pure: it is told samples and the time (monotonic).
/// Memory is fixed and nothing is allocated per sample. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A round trip above the minimum is not degradation by itself. When our own bytes fill the path and it delivers at its rate, the queue
/// is ours: the path is healthy, whatever its round trip.
/// </remarks>
public sealed class PathQuality(QualityOptions options)
{
    /// <summary>How fast "usual" follows: slower than a decay that should be noticed, faster than a different network is got used to.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(2);

    /// <summary>Silences shorter than this are scheduling, delayed acknowledgements and radio retries.</summary>
    private static readonly TimeSpan SilenceFloor = TimeSpan.FromMilliseconds(200);

    /// <summary>Variation of this size is normal for a path of any round trip.</summary>
    private static readonly TimeSpan VariationFloor = TimeSpan.FromMilliseconds(20);

    /// <summary>Round trip above the minimum by less than this is no queue.</summary>
    private static readonly TimeSpan QueueFloor = TimeSpan.FromMilliseconds(10);

    private readonly RoundTrip _rtt = new();
    private readonly LossWindow _losses = new();
    private readonly RateMeter _rate = new();
    private TcpSample _last;
    private TimeSpan? _lastAt;
    private TimeSpan? _heardAt;
    private double? _usual;
    private TimeSpan _usualAt;

    /// <summary>The path has a new connection: its counters begin anew. What was learned of the path is kept.</summary>
    public void Connected()
    {
        _lastAt = null;
        _rate.Restart();
    }

    /// <summary>Takes in what the kernel says of the connection that carries the path's bytes.</summary>
    public void Observe(in TcpSample sample, TimeSpan now)
    {
        if (_lastAt is { } before && (now - before > options.LongestGap || now < before || IsOtherConnection(sample)))
            Connected();
        var owed = sample.UnackedSegments > 0;
        // An idle connection shows the round trip that it had under load, queue included, for as long as nothing is sent.
        if (sample.Rtt > TimeSpan.Zero && (owed || _lastAt is null || _last.UnackedSegments > 0 || sample.BytesAcked != _last.BytesAcked))
            _rtt.Kernel(sample.Rtt, sample.RttVariation, sample.MinRtt, now);
        if (_lastAt is { } last)
        {
            var silence = owed ? Least(sample.SinceLastAck - UsualSilence(sample), now - last) : TimeSpan.Zero;
            _losses.Add(sample.DataSegmentsSent - _last.DataSegmentsSent, sample.TotalRetransmits - _last.TotalRetransmits, silence, now);
        }
        _rate.Observe(sample.BytesAcked, IsPacedByUs(sample), sample.Rtt, now);
        if (_heardAt is null || now - sample.SinceLastAck > _heardAt)
            _heardAt = now - sample.SinceLastAck;
        _last = sample;
        _lastAt = now;
        Learn(now);
    }

    /// <summary>Takes in the result of one probe.</summary>
    /// <param name="rtt">Its round trip; null if it was not answered, or not by our server.</param>
    /// <param name="now">The time.</param>
    public void Probed(TimeSpan? rtt, TimeSpan now)
    {
        _losses.Probe(rtt is not null, now);
        if (rtt is { } measured)
        {
            _rtt.Probe(measured, now);
            _heardAt = now;
        }
        Learn(now);
    }

    /// <summary>What is known at <paramref name="now"/>. Allocates nothing.</summary>
    public PathQualitySnapshot Snapshot(TimeSpan now)
    {
        var current = Judge(now);
        var degradation = _usual is > 0 and var usual ? Math.Clamp(1 - current.Score / usual, 0, 1) : 0;
        return current with { Degradation = degradation, Cause = Cause(current, degradation) };
    }

    private PathQualitySnapshot Judge(TimeSpan now)
    {
        var loaded = IsLoaded(now);
        var atItsRate = loaded && _last.SinceLastAck <= UsualSilence(_last) && _rate.Current >= options.RateShare * _rate.Usual;
        var selfInduced = atItsRate && HasQueue;
        var loss = _losses.LossPercent(now);
        var floor = Greatest(_rtt.Minimum ?? TimeSpan.Zero, VariationFloor);
        var stability = 1 / (1 + loss / 5)
            * (atItsRate ? 1 : 1 / (1 + _rtt.Variation / floor))
            * (1 - _losses.SilentShare(now));
        var rateShare = loaded && _rate.Usual > 0 ? Math.Min(1, _rate.Current / (options.RateShare * _rate.Usual)) : 1;
        return new PathQualitySnapshot
        {
            Rtt = _rtt.Smoothed,
            MinRtt = _rtt.Minimum,
            RttVariation = _rtt.Variation,
            LossPercent = loss,
            Stability = stability,
            Throughput = _rate.Current,
            UsualThroughput = _rate.IsUsualKnown ? _rate.Usual : 0,
            IsLoaded = loaded,
            DeliversAtItsRate = atItsRate,
            IsSelfInduced = selfInduced,
            Score = stability * rateShare,
            Age = _heardAt is { } heard ? Greatest(now - heard, TimeSpan.Zero) : null,
        };
    }

    private DegradationCause Cause(in PathQualitySnapshot current, double degradation)
    {
        // Under our own load the round trip is bytes in flight over rate: only a loss of rate makes it evidence.
        if (current.Rtt > options.LatencyThreshold && !current.DeliversAtItsRate && (!current.IsLoaded || degradation >= options.DegradationThreshold))
            return DegradationCause.Latency;
        // A full queue drops as well: that loss is ours too. Loss without a queue is the path's.
        if (current.LossPercent > options.LossThresholdPercent && !current.IsSelfInduced)
            return DegradationCause.Loss;
        return degradation > 0 && degradation >= options.DegradationThreshold && !current.DeliversAtItsRate ? DegradationCause.Score : DegradationCause.None;
    }

    private bool HasQueue => _rtt.Smoothed is { } rtt && _rtt.Minimum is { } least && rtt > least + Greatest(least / 4, QueueFloor);

    /// <summary>
    /// Our bytes fill the path: by Little's law a path that delivers r over a round trip t holds r x t; with less than a fifth of that
    /// in flight, the round trip is not of our making. A fifth, since the measured rate trails a falling one by a round trip and more.
    /// </summary>
    private bool IsLoaded(TimeSpan now)
    {
        if (_lastAt is not { } at || now - at > options.LongestGap || _last.UnackedSegments == 0 || IsPacedByUs(_last))
            return false;
        var inFlight = (double)_last.UnackedSegments * Math.Max(1, _last.MaximumSegmentSize);
        return inFlight >= 0.2 * _rate.Current * _last.Rtt.TotalSeconds;
    }

    /// <summary>The kernel's flag stays as it was when acknowledgements cease: beyond a usual silence it says nothing.</summary>
    private static bool IsPacedByUs(in TcpSample sample) =>
        sample.UnackedSegments == 0 || (sample.DeliveryRateAppLimited && sample.SinceLastAck <= UsualSilence(sample));

    private static TimeSpan UsualSilence(in TcpSample sample) => 2 * sample.Rtt + SilenceFloor;

    private bool IsOtherConnection(in TcpSample sample) =>
        sample.BytesAcked < _last.BytesAcked || sample.DataSegmentsSent < _last.DataSegmentsSent || sample.TotalRetransmits < _last.TotalRetransmits;

    private void Learn(TimeSpan now)
    {
        var score = Judge(now).Score;
        var passed = now - _usualAt;
        _usualAt = now;
        if (_usual is not { } usual)
            _usual = score;
        else if (passed > TimeSpan.Zero) // a sleep counts as one look, not as minutes of what is seen now
            _usual = usual + (1 - Math.Exp(-Least(passed, options.LongestGap) / UsualTime)) * (score - usual);
    }

    private static TimeSpan Greatest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
