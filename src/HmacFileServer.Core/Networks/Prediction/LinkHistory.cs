namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>
/// The last seconds of a link, and the features that the model sees of them. Trends are slopes of a least-squares line. Memory is
/// fixed. Not safe for use by several threads at once.
/// </summary>
public sealed class LinkHistory
{
    /// <summary>Seconds that trends are taken from; five is the fewest that give one.</summary>
    public const int Seconds = 8;

    /// <summary>Seconds of use that the usual rate is taken from: a motorway's bridges and a valley are shorter than this.</summary>
    private const int UsualSeconds = 600;

    private const int MinuteSeconds = 60;

    private const int FewestSeconds = 5;

    /// <summary>A link that delivers less than this share of its usual rate is as good as dead.</summary>
    public const double DeadShare = 0.1;

    private readonly LinkSample[] _recent = new LinkSample[Seconds];
    private readonly double[] _rates = new double[UsualSeconds];
    private readonly double[] _sorted = new double[UsualSeconds]; // the same rates in order: sorting all of them each second was most of what a second cost
    private readonly double[] _minute = new double[MinuteSeconds];
    private readonly double[] _scratch = new double[Seconds];
    private long _count;
    private long _rateCount;

    /// <summary>The names of the features, in the order of <see cref="Fill"/>.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } =
    [
        "rate_level", // log2 of the last rate over the usual one, -6 to 3
        "rate_trend", // usual rates per second
        "rate_lowest", // lowest rate over the usual one
        "rate_spread", // standard deviation over the usual rate
        "dead_seconds", // share of the last 8 s below 10 % of the usual rate
        "dead_minute", // the same of the last minute
        "minute_level", // log2 of the last minute's median over the usual rate, -6 to 3
        "signal_level", // dBm
        "signal_trend", // dB per second
        "rtt_level", // log2 of the last round trip over the mean of the window
        "rtt_trend", // means per second
        "loss", // percent, mean of the window
    ];

    /// <summary>Median rate of the last ten minutes of use; zero before the first sample.</summary>
    public double UsualRate { get; private set; }

    public bool IsReady => _count >= FewestSeconds && UsualRate > 0;

    /// <summary>The link delivers, be it little.</summary>
    public bool IsAlive => _count > 0 && At(0).Rate >= DeadShare * UsualRate;

    public void Add(in LinkSample sample)
    {
        _recent[_count++ % Seconds] = sample;
        var known = (int)Math.Min(_rateCount, UsualSeconds);
        ref var place = ref _rates[_rateCount++ % UsualSeconds];
        if (known == UsualSeconds)
            Remove(place, known--);
        place = sample.Rate;
        Insert(sample.Rate, known++);
        UsualRate = Middle(_sorted.AsSpan(0, known));
    }

    /// <summary>Samples are missing: no trend leads across the gap. The usual rate is kept.</summary>
    public void Gap() => _count = 0;

    /// <summary>Writes the features; NaN where there is nothing to take one from. <see cref="IsReady"/> must be true.</summary>
    public void Fill(Span<double> features)
    {
        var seconds = (int)Math.Min(_count, Seconds);
        var usual = UsualRate;
        var rates = Window(seconds, static s => s.Rate);
        double sum = 0, lowest = double.MaxValue, dead = 0;
        foreach (var rate in rates)
        {
            sum += rate;
            lowest = Math.Min(lowest, rate);
            dead += rate < DeadShare * usual ? 1 : 0;
        }
        var square = 0.0;
        foreach (var rate in rates)
            square += (rate - sum / seconds) * (rate - sum / seconds);
        features[0] = Level(rates[^1]);
        features[1] = Slope(rates) / usual;
        features[2] = lowest / usual;
        features[3] = Math.Sqrt(square / seconds) / usual;
        features[4] = dead / seconds;
        features[5] = DeadMinute();
        features[6] = Level(MedianOfMinute());
        features[7] = At(0).SignalDbm;
        features[8] = Slope(Window(seconds, static s => s.SignalDbm));
        var rtts = Window(seconds, static s => s.RttMilliseconds);
        var mean = Mean(rtts);
        features[9] = mean > 0 ? Math.Clamp(Math.Log2(rtts[^1] / mean), -3, 3) : double.NaN;
        features[10] = mean > 0 ? Slope(rtts) / mean : double.NaN;
        features[11] = Mean(Window(seconds, static s => s.LossPercent));
    }

    private LinkSample At(int secondsAgo) => _recent[(_count - 1 - secondsAgo) % Seconds];

    private double RateAt(int secondsAgo) => _rates[(_rateCount - 1 - secondsAgo) % UsualSeconds];

    /// <summary>A hundredth is added so that zero has a logarithm.</summary>
    private double Level(double rate) => Math.Clamp(Math.Log2((rate + 0.01 * UsualRate) / UsualRate), -6, 3);

    private double MedianOfMinute()
    {
        var minute = _minute.AsSpan(0, (int)Math.Min(_rateCount, MinuteSeconds));
        for (var i = 0; i < minute.Length; i++)
            minute[i] = RateAt(i);
        minute.Sort();
        return Middle(minute);
    }

    private static double Middle(ReadOnlySpan<double> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private void Remove(double rate, int known)
    {
        var at = _sorted.AsSpan(0, known).BinarySearch(rate);
        _sorted.AsSpan((at + 1)..known).CopyTo(_sorted.AsSpan(at));
    }

    private void Insert(double rate, int known)
    {
        var at = _sorted.AsSpan(0, known).BinarySearch(rate);
        at = at < 0 ? ~at : at;
        _sorted.AsSpan(at..known).CopyTo(_sorted.AsSpan(at + 1));
        _sorted[at] = rate;
    }

    private double DeadMinute()
    {
        var known = (int)Math.Min(_rateCount, MinuteSeconds);
        var dead = 0;
        for (var i = 0; i < known; i++)
            dead += RateAt(i) < DeadShare * UsualRate ? 1 : 0;
        return (double)dead / known;
    }

    private Span<double> Window(int seconds, Func<LinkSample, double> select)
    {
        for (var i = 0; i < seconds; i++)
            _scratch[i] = select(At(seconds - 1 - i));
        return _scratch.AsSpan(0, seconds);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    private static double Slope(ReadOnlySpan<double> values)
    {
        var middle = (values.Length - 1) / 2.0;
        double above = 0, below = 0;
        for (var i = 0; i < values.Length; i++)
        {
            above += (i - middle) * values[i];
            below += (i - middle) * (i - middle);
        }
        return above / below;
    }
}
