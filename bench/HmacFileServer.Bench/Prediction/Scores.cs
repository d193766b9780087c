namespace HmacFileServer.Bench.Prediction;

/// <summary>A row of a held-out trace and whether a method raised the alarm on it.</summary>
internal readonly record struct Verdict(LinkRow Row, bool Alarm);

internal sealed record Interval(double Value, double Low, double High);

/// <param name="Deaths">Rows after which the link dies.</param>
internal sealed record Score(int Rows, int Deaths, int Alarms, int Hits, Interval Precision, Interval Recall);

internal static class Scores
{
    private const int Resamples = 1000;

    /// <summary>A bootstrap over fewer runs would show a certainty that is not there.</summary>
    private const int FewestRuns = 10;

    /// <summary>Precision and recall with 95 % intervals from a bootstrap over whole runs: neighbouring seconds are not independent.</summary>
    public static Score Of(IReadOnlyList<Verdict> verdicts, int seed)
    {
        var runs = verdicts.GroupBy(v => v.Row.Run).Select(g => Count([.. g])).ToArray();
        var random = new Random(seed);
        var precisions = new List<double>();
        var recalls = new List<double>();
        for (var i = 0; i < Resamples && runs.Length >= FewestRuns; i++)
        {
            int hits = 0, alarms = 0, deaths = 0;
            for (var r = 0; r < runs.Length; r++)
            {
                var run = runs[random.Next(runs.Length)];
                hits += run.Hits;
                alarms += run.Alarms;
                deaths += run.Deaths;
            }
            if (alarms > 0)
                precisions.Add((double)hits / alarms);
            if (deaths > 0)
                recalls.Add((double)hits / deaths);
        }
        var all = Count(verdicts);
        return new Score(verdicts.Count, all.Deaths, all.Alarms, all.Hits,
            Between((double)all.Hits / all.Alarms, precisions), Between((double)all.Hits / all.Deaths, recalls));
    }

    /// <summary>The bound on <paramref name="value"/> that gives the best F1 on the rows it is chosen on.</summary>
    public static double BestBound(IReadOnlyList<LinkRow> rows, Func<LinkRow, double> value)
    {
        var deaths = rows.Count(r => r.Dies);
        var (best, bound, hits, alarms) = (-1.0, double.PositiveInfinity, 0, 0);
        foreach (var group in rows.GroupBy(value).OrderByDescending(g => g.Key))
        {
            hits += group.Count(r => r.Dies);
            alarms += group.Count();
            var f1 = 2.0 * hits / (alarms + deaths);
            if (f1 > best)
                (best, bound) = (f1, group.Key);
        }
        return bound;
    }

    /// <summary>
    /// The lowest bound at which at least <paramref name="precision"/> of the alarms are right, on the rows it is chosen on; null where
    /// there is none with twenty alarms or more.
    /// </summary>
    public static double? CautiousBound(IReadOnlyList<LinkRow> rows, Func<LinkRow, double> value, double precision)
    {
        double? bound = null;
        var (hits, alarms) = (0, 0);
        foreach (var group in rows.GroupBy(value).OrderByDescending(g => g.Key))
        {
            hits += group.Count(r => r.Dies);
            alarms += group.Count();
            if (alarms >= 20 && hits >= precision * alarms)
                bound = group.Key;
        }
        return bound;
    }

    private static (int Hits, int Alarms, int Deaths) Count(IReadOnlyList<Verdict> verdicts) =>
        (verdicts.Count(v => v.Alarm && v.Row.Dies), verdicts.Count(v => v.Alarm), verdicts.Count(v => v.Row.Dies));

    private static Interval Between(double value, List<double> samples)
    {
        samples.Sort();
        return samples.Count == 0
            ? new Interval(value, double.NaN, double.NaN)
            : new Interval(value, samples[(int)(0.025 * (samples.Count - 1))], samples[(int)(0.975 * (samples.Count - 1))]);
    }
}
