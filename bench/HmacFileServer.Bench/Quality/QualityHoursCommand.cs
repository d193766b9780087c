using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HmacFileServer.Bench.Quality;

/// <summary>`hfs-bench quality-hours`.</summary>
internal static class QualityHoursCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var hours = new Option<double>("--hours") { Description = "Simulated hours, over all scenarios together.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Of the simulated paths.", DefaultValueFactory = _ => 1 };
        var command = new Command("quality-hours", "Our own load with jitter and bufferbloat in virtual time: how often is it taken for decay?") { hours, seed };
        command.SetAction(async (parsed, cancellation) =>
        {
            var total = parsed.GetValue(hours);
            if (total is not (> 0 and <= 1_000_000))
            {
                await Console.Error.WriteLineAsync("--hours must be above 0 and at most 1000000.");
                return 2;
            }
            var results = Scenarios()
                .AsParallel().AsOrdered()
                .Select((s, i) => QualityHours.Run(s.Rate, s.Rtt, s.Queue, total / 24, parsed.GetValue(seed) + i))
                .ToList();
            var text = Describe(results);
            Console.Write(text);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "quality-hours.txt"), text, cancellation);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "quality-hours.json"), JsonSerializer.Serialize(results, Json) + "\n", cancellation);
            return 0;
        });
        return command;
    }

    private static IEnumerable<(double Rate, double Rtt, double Queue)> Scenarios() =>
        from rate in new[] { 250_000.0, 1_000_000, 10_000_000 }
        from rtt in new[] { 4.0, 40, 200, 600 }
        from queue in new[] { 0.1, 2.0 } // seconds of the base rate
        select (rate, rtt, queue * rate);

    private static string Describe(List<QualityHoursResult> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Own load fills the path; {results.Sum(r => r.Hours):F0} simulated hours, one look every 100 ms. Command: hfs-bench quality-hours\n");
        text.Append("KB/s   rtt ms  queue KB   hours  degraded  hedges  switches  real decay found after s\n");
        foreach (var r in results)
        {
            var decay = r.DecaySeconds is { } s ? s.ToString("F1", CultureInfo.InvariantCulture) : "not found";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{r.KilobytesPerSecond,5:F0}  {r.RttMilliseconds,6:F0}  {r.QueueKilobytes,8:F0}  {r.Hours,6:F1}  {r.Degradations,8}  {r.Hedges,6}  {r.Switches,8}  {decay,24}\n");
        }
        var scale = 1000 / results.Sum(r => r.Hours);
        text.Append(CultureInfo.InvariantCulture,
            $"per 1,000 h: called degraded {results.Sum(r => r.Degradations) * scale:F1}, hedged {results.Sum(r => r.Hedges) * scale:F1}, switched {results.Sum(r => r.Switches) * scale:F1}\n");
        return text.ToString();
    }
}
