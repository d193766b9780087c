namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>
/// A logistic regression: p = 1 / (1 + exp(-(bias + sum of weight x (feature - mean) / scale))). A feature that is NaN is taken at its
/// mean, so that it says nothing.
/// </summary>
/// <param name="Mean">Of each feature of <see cref="LinkHistory.FeatureNames"/> in training.</param>
/// <param name="Scale">Standard deviation of each; positive.</param>
/// <param name="Weight">Of each standardised feature.</param>
/// <param name="Bias">Log-odds where every feature is at its mean.</param>
/// <param name="PrepareAt">Probability from which on another path should be made ready: best F1 in training.</param>
/// <param name="LeaveAt">Probability from which on at least half of the alarms were right in training; above 1 where there is none: never.</param>
public sealed record LinkPredictorModel(double[] Mean, double[] Scale, double[] Weight, double Bias, double PrepareAt, double LeaveAt)
{
    /// <summary>Probability that the link delivers less than 10 % of its median within the next 2 to 5 s.</summary>
    public double Probability(ReadOnlySpan<double> features)
    {
        var sum = Bias;
        for (var i = 0; i < Weight.Length; i++)
        {
            if (double.IsFinite(features[i]))
                sum += Weight[i] * (features[i] - Mean[i]) / Scale[i];
        }
        return 1 / (1 + Math.Exp(-sum));
    }
}
