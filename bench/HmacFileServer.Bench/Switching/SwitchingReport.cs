using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.Switching;

/// <summary>Everything that `hfs-bench switching` found.</summary>
internal sealed record SwitchingResults(
    IReadOnlyList<FalseSwitchesResult> FalseSwitches, IReadOnlyList<DetectionResult> Detection, IReadOnlyList<FlappingResult> Flapping, IReadOnlyList<ReplayResult> Replay);

/// <summary>The same for people.</summary>
internal static class SwitchingReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Describe(SwitchingResults results)
    {
        var text = new StringBuilder();
        var hours = results.FalseSwitches.Sum(r => r.Hours);
        text.Append(Invariant, $"The switching policy in virtual time. Command: hfs-bench switching [--traces F]\n\n");
        text.Append(Invariant, $"1. Own load on a healthy path, rate swings of 25 %, drops of the full queue, one look every 100 ms: {hours:F0} simulated hours\n");
        text.Append("    KB/s  rtt ms  queue ms   hours  hedges  switches\n");
        foreach (var r in results.FalseSwitches)
            text.Append(Invariant, $"{r.KilobytesPerSecond,8:F0} {r.RttMilliseconds,7:F0} {r.QueueMilliseconds,9:F0} {r.Hours,7:F1} {r.Hedges,7} {r.Switches,9}\n");
        text.Append(Invariant, $"per 1,000 h: hedged and taken back {results.FalseSwitches.Sum(r => r.Hedges) * 1000 / hours:F1}, switched {results.FalseSwitches.Sum(r => r.Switches) * 1000 / hours:F1} (goal 0)\n\n");
        text.Append("2. From the fault to the first byte elsewhere, in ms; looks every 5 ms, 40 runs each\n");
        text.Append("fault                            rtt ms   median    worst     goal\n");
        foreach (var r in results.Detection)
        {
            var goal = r.Goal is { } g ? $"{g.ToString("F0", Invariant)} {(r.Worst <= g ? "met" : "MISSED")}" : "-";
            text.Append(Invariant, $"{r.Fault,-32} {r.RttMilliseconds,6:F0} {r.Median,8:F0} {r.Worst,8:F0}  {goal}{(r.Missed > 0 ? $"  not found: {r.Missed}" : "")}\n");
        }
        text.Append("\n3. The preferred path comes and goes for four hours, bad for a tenth of each period; a policy without memory switches twice per flap\n");
        text.Append("what flaps      period s   flaps  switches  first hour  on a good path %\n");
        foreach (var r in results.Flapping)
            text.Append(Invariant, $"{r.Kind,-15} {r.PeriodSeconds,8:F0} {r.Flaps,7} {r.Switches,9} {r.FirstHour,11} {r.OnGoodPercent,17:F2}\n");
        if (results.Replay.Count > 0)
        {
            Describe("4. Recorded links in pairs, neither preferred, one used at a time, nothing known of them before they are used", [.. results.Replay.Where(r => !r.Known)], text);
            Describe("5. The same with profiles, learned from the halves of the traces that are not replayed", [.. results.Replay.Where(r => r.Known)], text);
        }
        return text.ToString();
    }

    private static void Describe(string title, IReadOnlyList<ReplayResult> replay, StringBuilder text)
    {
        text.Append(Invariant, $"\n{title}\n");
        text.Append("(pairs of different days and places are put together; the oracle is on the better link in every second)\n");
        text.Append("first                            second                            seconds  better %  live %  bytes %  best alone %  both %  switches\n");
        foreach (var r in replay)
        {
            text.Append(Invariant,
                $"{r.First,-32} {r.Second,-32} {r.Seconds,8} {r.OnBetterPercent,9:F1} {r.OnLivePercent,7:F1} {r.OfOraclePercent,8:F1} {r.BestSinglePercent,13:F1} {r.AggregatePercent,7:F1} {r.Switches,9}\n");
        }
        text.Append(Invariant, $"mean: on the better link {replay.Average(r => r.OnBetterPercent):F1} % of the time (goal 90), on a live link {replay.Average(r => r.OnLivePercent):F1} %, ");
        text.Append(Invariant, $"{replay.Average(r => r.OfOraclePercent):F1} % of the oracle's bytes; the better link alone {replay.Average(r => r.BestSinglePercent):F1} %; ");
        text.Append(Invariant, $"both together {replay.Average(r => r.AggregatePercent):F1} % of what both could carry\n");
    }
}
