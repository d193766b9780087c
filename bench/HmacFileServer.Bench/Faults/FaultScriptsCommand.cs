using System.CommandLine;
using System.Globalization;
using HmacFileServer.Testing.Faults;

namespace HmacFileServer.Bench.Faults;

/// <summary>`hfs-bench fault-scripts`.</summary>
internal static class FaultScriptsCommand
{
    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "How many scripts.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Of the first; each of the others has the next.", DefaultValueFactory = _ => 1 };
        var command = new Command("fault-scripts", "24 faults drawn at random over an upload of 500 MB, again and again, in virtual time: is every byte there once?") { runs, seed };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(runs) is not (> 0 and var count))
            {
                await Console.Error.WriteLineAsync("--runs must be above 0.");
                return 2;
            }
            var started = TimeProvider.System.GetTimestamp();
            var results = Enumerable.Range(parsed.GetValue(seed), count).AsParallel().AsOrdered().Select(FaultRun.Run).ToList();
            var failed = results.Where(r => r.Failure is not null).ToList();
            foreach (var result in failed)
                await Console.Error.WriteLineAsync($"seed {result.Seed}: {result.Failure}\n  {string.Join("\n  ", result.Script)}");
            var text = string.Create(CultureInfo.InvariantCulture, $"""
                {count} scripts from seed {parsed.GetValue(seed)}, {FaultRun.Faults} faults each over {FaultRun.Length / 1_000_000} MB on 100, 50 and 20 Mbit/s, in virtual time
                failed                                      {failed.Count}
                faults that took place                      {results.Sum(r => r.Faults)}
                switches                                    {results.Sum(r => r.Switches)}
                seconds an upload, median and most          {Median.Of(results.Select(r => r.Seconds)):F0}, {results.Max(r => r.Seconds):F0}
                sent again, median and most, KB             {Median.Of(results.Select(r => (r.HandedBytes - FaultRun.Length) / 1024.0)):F0}, {results.Max(r => r.HandedBytes - FaultRun.Length) / 1024}
                arrived twice, median and most, KB          {Median.Of(results.Select(r => r.DuplicateBytes / 1024.0)):F0}, {results.Max(r => r.DuplicateBytes) / 1024}

                """);
            await ResultFile.WriteAsync("fault-scripts", text, results.Select(r => new { r.Seed, r.Seconds, r.Faults, r.Switches, r.HandedBytes, r.DuplicateBytes, r.Failure }));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F0} s"));
            return failed.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
