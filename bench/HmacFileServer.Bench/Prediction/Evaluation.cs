namespace HmacFileServer.Bench.Prediction;

/// <param name="Group">The traces that were scored; "all" for the sum.</param>
internal sealed record Figure(string Scheme, string Population, string Group, string Method, Score Score);

/// <summary>
/// Holds out one group at a time, fits the model and every threshold on the others, and scores on what was held out. "Onset" asks only
/// while the link still delivers: that is what a prediction is for. "Any" asks at every second, also in the middle of an outage.
/// </summary>
internal static class Evaluation
{
    /// <summary>A switch on a false alarm costs a little, a missed outage a little more: at least every second alarm should be right.</summary>
    public const double CautiousPrecision = 0.5;

    public static IEnumerable<Figure> Run(IReadOnlyList<LinkRow> rows, int seed)
    {
        foreach (var population in new[] { "onset", "any" })
        {
            var asked = population == "any" ? rows : [.. rows.Where(r => r.IsAlive)];
            foreach (var figure in HoldOut("whole traces", population, asked, r => r.Of.Group, seed))
                yield return figure;
            foreach (var figure in HoldOut("sixth of each trace", population, asked, r => $"sixth {r.Block + 1}", seed))
                yield return figure;
        }
    }

    private static IEnumerable<Figure> HoldOut(string scheme, string population, IReadOnlyList<LinkRow> rows, Func<LinkRow, string> key, int seed)
    {
        var verdicts = new Dictionary<string, List<(string Group, Verdict Verdict)>>();
        foreach (var fold in rows.GroupBy(key).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var train = rows.Where(r => key(r) != fold.Key).ToList();
            var model = LogisticRegression.Fit(train);
            var probability = Scores.BestBound(train, r => model.Probability(r.Features));
            var level = Scores.BestBound(train, r => -r.Level);
            var cautious = Scores.CautiousBound(train, r => model.Probability(r.Features), CautiousPrecision);
            var cautiousLevel = Scores.CautiousBound(train, r => -r.Level, CautiousPrecision);
            foreach (var row in fold)
            {
                var (p, of) = (model.Probability(row.Features), row.Of.Group);
                Add("model", of, row, p >= probability);
                Add("model, cautious", of, row, p >= cautious);
                Add("threshold", of, row, -row.Level >= level);
                Add("threshold, cautious", of, row, -row.Level >= cautiousLevel);
                Add("last value", of, row, !row.IsAlive);
            }
        }
        foreach (var (method, all) in verdicts)
        {
            foreach (var fold in all.GroupBy(v => v.Group))
                yield return new Figure(scheme, population, fold.Key, method, Scores.Of([.. fold.Select(v => v.Verdict)], seed));
            yield return new Figure(scheme, population, "all", method, Scores.Of([.. all.Select(v => v.Verdict)], seed));
        }

        void Add(string method, string group, LinkRow row, bool alarm)
        {
            if (!verdicts.TryGetValue(method, out var list))
                verdicts[method] = list = [];
            list.Add((group, new Verdict(row, alarm)));
        }
    }
}
