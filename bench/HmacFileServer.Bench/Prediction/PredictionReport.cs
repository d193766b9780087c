using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.Prediction;

/// <summary>The figures as a table.</summary>
internal static class PredictionReport
{
    public static string Describe(IReadOnlyList<Figure> figures, IReadOnlyList<LinkRow> rows)
    {
        var text = new StringBuilder();
        text.Append("""
            "The link delivers less than 10 % of its trace's median within the next 2 to 5 s", asked once a second while a test fills the link.
            Command: hfs-bench train-predictor --traces F. The model and all thresholds are fitted on the other traces (best F1 there), never on rows
            of what is held out; "cautious": the lowest bound at which half of the alarms were right there, none where no bound was that good.
            95 % intervals: bootstrap over whole runs, none for fewer than ten runs. A "-" is undefined: no alarm, or nothing to find.
            onset: asked only while the link still delivers (what switching early needs); any: at every second, also inside an outage.
            whole traces: the files that saw one place at one time are held out together, so mostly another network is predicted than was learned.
            sixth of each trace: whole consecutive runs of each trace are held out, the rest of the same trace is learned.
            FjordLink: only its 30 s tests are taken, up to the last second above 5 Mbit/s: elsewhere a low rate is the application's. Its Starlink
            files of 2024-12-12 hold no test. Solis is still, indoor Wi-Fi: there every alarm asks for a switch that nobody wants.
            The features were revised once after a first look at these traces (minute_level, and the usual rate over ten minutes instead of one), so
            that the figures of the model are rather too good than too bad.

            """);
        Conclude(figures, text);
        text.Append("\ntrace                             runs  seconds  before an outage  of these while it delivers\n");
        foreach (var trace in rows.GroupBy(r => r.Of.Trace))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{trace.Key,-32}  {trace.DistinctBy(r => r.Run).Count(),4}  {trace.Count(),7}  {trace.Count(r => r.Dies),16}  {trace.Count(r => r.Dies && r.IsAlive),26}\n");
        }
        foreach (var table in figures.GroupBy(f => (f.Population, f.Scheme)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{table.Key.Population}, held out: {table.Key.Scheme}\n");
            text.Append("scored on                         method               seconds  deaths  alarms  hits  precision            recall               false alarms/h\n");
            foreach (var f in table.OrderBy(f => f.Group == "all" ? 0 : 1).ThenBy(f => f.Group, StringComparer.Ordinal))
            {
                var falseAlarms = (f.Score.Alarms - f.Score.Hits) * 3600.0 / f.Score.Rows;
                text.Append(CultureInfo.InvariantCulture,
                    $"{f.Group,-32}  {f.Method,-19}  {f.Score.Rows,7}  {f.Score.Deaths,6}  {f.Score.Alarms,6}  {f.Score.Hits,4}  {Percent(f.Score.Precision),-19}  {Percent(f.Score.Recall),-19}  {falseAlarms,14:F1}\n");
            }
        }
        return text.ToString();
    }

    private static void Conclude(IReadOnlyList<Figure> figures, StringBuilder text)
    {
        text.Append("\nwhere it helps (F1 of onset, best bound; the better of both baselines beside it)\n");
        foreach (var table in figures.Where(f => f.Population == "onset" && f.Score.Deaths > 0).GroupBy(f => (f.Scheme, f.Group)))
        {
            var model = F1(table.Single(f => f.Method == "model").Score);
            var other = table.Where(f => f.Method is "threshold" or "last value").Max(f => F1(f.Score));
            text.Append(CultureInfo.InvariantCulture,
                $"{table.Key.Scheme,-20} {table.Key.Group,-29}  model {model:F3}  baseline {other:F3}  {(model > other ? "more than the baselines; see the intervals before believing it" : "does not help")}\n");
        }
        var cautious = figures.Single(f => f is { Population: "onset", Scheme: "whole traces", Group: "all", Method: "model, cautious" }).Score;
        text.Append(CultureInfo.InvariantCulture,
            $"alarms good enough to leave a link on (half of them right): {cautious.Alarms} of {cautious.Deaths} seconds before an outage{(cautious.Alarms == 0 ? ": it advises to prepare, never to leave" : "")}\n");
    }

    private static double F1(Score score) => 2.0 * score.Hits / Math.Max(1, score.Alarms + score.Deaths);

    private static string Percent(Interval interval) => double.IsNaN(interval.Value)
        ? "-"
        : double.IsNaN(interval.Low) ? string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Value:F1}")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Value:F1} ({100 * interval.Low:F1} to {100 * interval.High:F1})");
}
