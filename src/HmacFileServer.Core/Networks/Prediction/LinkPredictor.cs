namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>
/// Says how probable it is that a link dies within the next 2 to 5 s, from the trends of the last ones. Fed once a second while bytes
/// want to be sent: a link that nobody uses shows no rate to judge by. Not safe for use by several threads at once.
/// </summary>
public sealed class LinkPredictor(LinkPredictorModel model)
{
    /// <summary>Twice the pace of the samples, and a little: one may be missed.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2.5);

    private readonly LinkHistory _history = new();
    private readonly double[] _features = new double[LinkHistory.FeatureNames.Count];
    private TimeSpan? _last;

    /// <summary>With the weights that `hfs-bench train-predictor` wrote.</summary>
    public LinkPredictor()
        : this(TrainedLinkModel.Model)
    {
    }

    /// <summary>0 to 1; null while too little is known (fewer than five seconds without a gap).</summary>
    public double? Probability { get; private set; }

    public LinkAdvice Advice =>
        !_history.IsAlive ? LinkAdvice.Stay
        : Probability >= model.LeaveAt ? LinkAdvice.Leave
        : Probability >= model.PrepareAt ? LinkAdvice.Prepare
        : LinkAdvice.Stay;

    /// <summary>Takes in one second. Allocates nothing.</summary>
    /// <param name="sample">What the link did.</param>
    /// <param name="now">On the caller's monotonic clock; after a gap, or a step back, trends begin anew.</param>
    public void Observe(in LinkSample sample, TimeSpan now)
    {
        if (_last is { } last && (now - last > LongestGap || now < last))
            _history.Gap();
        _last = now;
        _history.Add(sample);
        Probability = null;
        if (!_history.IsReady)
            return;
        _history.Fill(_features);
        Probability = model.Probability(_features);
    }
}
