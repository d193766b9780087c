using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Core.Networks.Quality;

/// <summary>
/// Turns what is measured of a path into what a policy acts on: whether it has been degraded for long enough to matter, and whether
/// its trend is bad. Pure; not safe for use by several threads at once.
/// </summary>
internal sealed class PathHealth(FailoverOptions options)
{
    /// <summary>Verdicts are taken ten times a second, however often the policy is asked.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>An alarm of the predictor is for the next five seconds; twice that covers one that comes late.</summary>
    private static readonly TimeSpan AlarmTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A path that was not heard for this long is not known to be bad any more, so that it is tried again; twice the time between two
    /// probes of a metered path.
    /// </summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(2);

    /// <summary>Signals are told once a second; one that is older than this is not that of the second at hand.</summary>
    private static readonly TimeSpan SignalAge = TimeSpan.FromSeconds(3);

    private readonly PathQuality _quality = new(options.Quality);
    private readonly LinkPredictor? _predictor = options.Predictive ? new LinkPredictor() : null;
    private TimeSpan? _lookedAt;
    private TimeSpan _secondBegan;
    private ulong _secondBytes;
    private TimeSpan? _alarmUntil;
    private int? _signalDbm;
    private TimeSpan _signalAt;

    /// <summary>The last verdict.</summary>
    public PathQualitySnapshot Verdict { get; private set; }

    /// <summary>
    /// Time spent degraded, of late: grows with time while the path is degraded and shrinks twice as fast while it is not, so that a verdict
    /// which flickers is judged by what prevails. Never above four dwell times.
    /// </summary>
    public TimeSpan DegradedFor { get; private set; }

    /// <summary>The last time the verdict was bad; null if it never was.</summary>
    public TimeSpan? LastDegraded { get; private set; }

    /// <summary>When the present time of trouble began; null while there is none.</summary>
    public TimeSpan? DegradedSince { get; private set; }

    /// <summary>Probability of the present alarm; null while there is none.</summary>
    public double? Alarm { get; private set; }

    public void Observe(in TcpSample sample, TimeSpan now)
    {
        _quality.Observe(sample, now);
        Predict(sample, now);
    }

    public void Probed(TimeSpan? rtt, TimeSpan now) => _quality.Probed(rtt, now);

    public void Reconnected() => _quality.Connected();

    /// <summary>What the interface's driver says of its reception, in dBm.</summary>
    public void HearSignal(int dbm, TimeSpan now) => (_signalDbm, _signalAt) = (dbm, now);

    public PathQualitySnapshot Snapshot(TimeSpan now) => _quality.Snapshot(now) with { SignalDbm = Signal(now), OutageProbability = _predictor?.Probability };

    /// <summary>The signal as far as it is of now; null where none is known.</summary>
    public int? Signal(TimeSpan now) => now >= _signalAt && now - _signalAt <= SignalAge ? _signalDbm : null;

    /// <summary>Takes a verdict if it is time for one.</summary>
    public void Update(TimeSpan now)
    {
        if (_lookedAt is { } before && now >= before && now - before < Look)
            return;
        var passed = _lookedAt is { } last ? now - last : TimeSpan.Zero;
        _lookedAt = now;
        Verdict = _quality.Snapshot(now);
        if (Verdict.Age is null || Verdict.Age > Stale)
            Verdict = Verdict with { Cause = DegradationCause.None };
        if (_alarmUntil < now)
            Alarm = null;
        // What happened while nobody looked is not known to have lasted.
        if (passed < TimeSpan.Zero || passed > options.SleepGap)
            (passed, DegradedFor) = (TimeSpan.Zero, TimeSpan.Zero);
        if (Verdict.IsDegraded)
        {
            LastDegraded = now;
            DegradedSince ??= now;
            DegradedFor = Least(DegradedFor + passed, 4 * options.DegradationDwell);
            return;
        }
        DegradedFor = DegradedFor > 2 * passed ? DegradedFor - 2 * passed : TimeSpan.Zero;
        if (DegradedFor == TimeSpan.Zero)
            DegradedSince = null;
    }

    public void ClockWentBack()
    {
        (_lookedAt, _alarmUntil, LastDegraded, DegradedSince, _signalDbm) = (null, null, null, null, null);
        DegradedFor = TimeSpan.Zero;
    }

    /// <summary>The predictor sees a second at a time, and only seconds in which bytes wanted to leave.</summary>
    private void Predict(in TcpSample sample, TimeSpan now)
    {
        if (_predictor is null)
            return;
        var took = now - _secondBegan;
        if (sample.UnackedSegments == 0 || sample.BytesAcked < _secondBytes || took > options.SleepGap || took < TimeSpan.Zero)
        {
            (_secondBegan, _secondBytes) = (now, sample.BytesAcked);
            return;
        }
        if (took < Second)
            return;
        _predictor.Observe(new LinkSample
        {
            Rate = (sample.BytesAcked - _secondBytes) / took.TotalSeconds,
            RttMilliseconds = sample.Rtt.TotalMilliseconds,
            LossPercent = Verdict.LossPercent,
            SignalDbm = Signal(now) ?? double.NaN,
        }, now);
        (_secondBegan, _secondBytes) = (now, sample.BytesAcked);
        if (_predictor.Advice is LinkAdvice.Stay)
            return;
        Alarm = _predictor.Probability;
        _alarmUntil = now + AlarmTime;
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
