using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Core.Tests.Networks.Prediction;

public sealed class LinkPredictorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Looks at one feature alone.</summary>
    private static LinkPredictorModel Only(string feature, double mean, double weight)
    {
        var n = LinkHistory.FeatureNames.Count;
        var weights = new double[n];
        var means = new double[n];
        var i = LinkHistory.FeatureNames.ToList().IndexOf(feature);
        weights[i] = weight;
        means[i] = mean;
        return new LinkPredictorModel(means, [.. Enumerable.Repeat(1.0, n)], weights, 0, PrepareAt: 0.5, LeaveAt: 0.9);
    }

    private static double[] Features(IEnumerable<LinkSample> samples)
    {
        var history = new LinkHistory();
        foreach (var sample in samples)
            history.Add(sample);
        Assert.True(history.IsReady);
        var features = new double[LinkHistory.FeatureNames.Count];
        history.Fill(features);
        return features;
    }

    private static double Feature(string name, IEnumerable<LinkSample> samples) =>
        Features(samples)[LinkHistory.FeatureNames.ToList().IndexOf(name)];

    [Fact]
    public void Trends_are_slopes_per_second()
    {
        var samples = Enumerable.Range(0, 8).Select(i => new LinkSample { Rate = 100, SignalDbm = -80 - 2 * i, RttMilliseconds = 40, LossPercent = i }).ToList();
        Assert.Equal(-2, Feature("signal_trend", samples), 9);
        Assert.Equal(-94, Feature("signal_level", samples), 9);
        Assert.Equal(0, Feature("rate_trend", samples), 9);
        Assert.Equal(0, Feature("rtt_trend", samples), 9);
        Assert.Equal(3.5, Feature("loss", samples), 9);
        Assert.Equal(0, Feature("dead_seconds", samples), 9);
    }

    [Fact]
    public void The_usual_rate_is_the_median_and_dead_seconds_are_those_below_a_tenth_of_it()
    {
        double[] rates = [100, 110, 90, 100, 5, 100, 0, 100];
        var samples = rates.Select(r => new LinkSample { Rate = r }).ToList();
        Assert.Equal(2 / 8.0, Feature("dead_seconds", samples), 9);
        Assert.Equal(0, Feature("rate_lowest", samples), 9);
    }

    [Fact]
    public void What_is_not_known_says_nothing()
    {
        var samples = Enumerable.Repeat(new LinkSample { Rate = 100 }, 8);
        var features = Features(samples);
        Assert.True(double.IsNaN(features[8]));
        Assert.Equal(0.5, Only("signal_trend", 0, -100).Probability(features));
    }

    [Fact]
    public void It_advises_on_a_trend_while_the_link_still_delivers_and_not_when_it_is_dead()
    {
        var predictor = new LinkPredictor(Only("rate_level", -1, -4));
        var now = TimeSpan.FromHours(1);
        for (var i = 0; i < 20; i++)
        {
            predictor.Observe(new LinkSample { Rate = 100 }, now += Second);
            Assert.Equal(i < 4, predictor.Probability is null);
            Assert.Equal(LinkAdvice.Stay, predictor.Advice);
        }
        predictor.Observe(new LinkSample { Rate = 45 }, now += Second);
        Assert.Equal(LinkAdvice.Prepare, predictor.Advice);
        predictor.Observe(new LinkSample { Rate = 20 }, now += Second);
        Assert.Equal(LinkAdvice.Leave, predictor.Advice);
        predictor.Observe(new LinkSample { Rate = 1 }, now += Second);
        Assert.True(predictor.Probability > 0.9);
        Assert.Equal(LinkAdvice.Stay, predictor.Advice);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void No_trend_leads_across_a_gap(int seconds)
    {
        var predictor = new LinkPredictor(Only("rate_trend", 0, -1));
        var now = TimeSpan.FromHours(1);
        for (var i = 0; i < 10; i++)
            predictor.Observe(new LinkSample { Rate = 100 }, now += Second);
        Assert.NotNull(predictor.Probability);
        now += TimeSpan.FromSeconds(seconds);
        for (var i = 0; i < 4; i++)
        {
            predictor.Observe(new LinkSample { Rate = 100 }, now += Second);
            Assert.Null(predictor.Probability);
        }
        predictor.Observe(new LinkSample { Rate = 100 }, now + Second);
        Assert.NotNull(predictor.Probability);
    }

    [Fact]
    public void A_sample_allocates_nothing()
    {
        var predictor = new LinkPredictor();
        var now = TimeSpan.FromHours(1);
        for (var i = 0; i < 100; i++)
            predictor.Observe(new LinkSample { Rate = i }, now += Second);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            predictor.Observe(new LinkSample { Rate = i }, now += Second);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_trained_weights_fit_the_features_and_a_steady_link_is_left_alone()
    {
        var predictor = new LinkPredictor();
        var now = TimeSpan.FromHours(1);
        for (var i = 0; i < 3600; i++)
        {
            predictor.Observe(new LinkSample { Rate = 100 + i % 7, SignalDbm = -85, RttMilliseconds = 30 + i % 3, LossPercent = 0 }, now += Second);
            Assert.Equal(LinkAdvice.Stay, predictor.Advice);
        }
        Assert.InRange(predictor.Probability!.Value, 0, 0.2);
    }

    [Fact]
    public void Recorded_wifi_that_is_fine_is_not_left()
    {
        var folder = Traces();
        Assert.SkipWhen(folder is null, "The recorded traces (../shared/traces/solis-wifi beside the checkout) are not here.");
        foreach (var file in Directory.EnumerateFiles(folder!, "wifi_*.txt"))
        {
            var predictor = new LinkPredictor();
            var now = TimeSpan.FromHours(1);
            var warnings = 0;
            foreach (var line in File.ReadLines(file))
            {
                var rate = double.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
                predictor.Observe(new LinkSample { Rate = rate }, now += Second);
                warnings += predictor.Advice == LinkAdvice.Leave ? 1 : 0;
            }
            Assert.True(warnings == 0, $"left {warnings} times in {file}");
        }
    }

    private static string? Traces()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var traces = Path.Combine(folder.FullName, "shared", "traces", "solis-wifi");
            if (Directory.Exists(traces))
                return traces;
        }
        return null;
    }
}
