using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Core.Tests.Networks.Prediction;

public sealed class LinkHistoryTests
{
    /// <summary>Few different rates, so that many are equal, and more seconds than are kept.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void The_usual_rate_is_the_median_of_the_last_ten_minutes(int different)
    {
        var random = new Random(different);
        var history = new LinkHistory();
        List<double> rates = [];
        for (var second = 0; second < 2000; second++)
        {
            rates.Add(random.Next(different));
            history.Add(new LinkSample { Rate = rates[^1] });
            var last = rates.TakeLast(600).Order().ToList();
            Assert.Equal((last[(last.Count - 1) / 2] + last[last.Count / 2]) / 2, history.UsualRate);
        }
    }
}
