using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Bench.Prediction;

/// <summary>Turns runs into rows: features of the past as the product sees it, and the label from the future.</summary>
internal static class LinkRows
{
    private const int Blocks = 6;
    private const int From = 2;
    private const int To = 5;

    public static List<LinkRow> Of(IReadOnlyList<LinkRun> runs)
    {
        var rows = new List<LinkRow>();
        var number = 0;
        foreach (var trace in runs.GroupBy(r => r.Trace))
        {
            var bound = LinkHistory.DeadShare * Median.Of(trace.SelectMany(r => r.Seconds).Select(s => s.Rate));
            var history = new LinkHistory();
            var inTrace = trace.ToList();
            for (var r = 0; r < inTrace.Count; r++)
            {
                history.Gap();
                AddRun(inTrace[r], number++, Math.Min(Blocks - 1, r * Blocks / inTrace.Count), bound, history, rows);
            }
        }
        return rows;
    }

    private static void AddRun(LinkRun run, int number, int block, double bound, LinkHistory history, List<LinkRow> rows)
    {
        for (var t = 0; t < run.Seconds.Count; t++)
        {
            history.Add(run.Seconds[t]);
            if (!history.IsReady || t + To >= run.Seconds.Count)
                continue;
            var features = new double[LinkHistory.FeatureNames.Count];
            history.Fill(features);
            var dies = false;
            for (var ahead = From; ahead <= To; ahead++)
                dies |= run.Seconds[t + ahead].Rate < bound;
            var rate = run.Seconds[t].Rate;
            rows.Add(new LinkRow(run, number, block, features, rate / history.UsualRate, rate >= bound, dies));
        }
    }
}
