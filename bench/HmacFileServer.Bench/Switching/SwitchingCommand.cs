using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HmacFileServer.Bench.Switching;

/// <summary>`hfs-bench switching`.</summary>
internal static class SwitchingCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var hours = new Option<double>("--hours") { Description = "Simulated hours of own load, over all scenarios together.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Of the simulated paths.", DefaultValueFactory = _ => 1 };
        var traces = new Option<DirectoryInfo?>("--traces") { Description = "Folder with fjordlink/, starlink-autobahn/ and solis-wifi/; without it nothing is replayed." };
        var command = new Command("switching", "The switching policy in virtual time: false switches, detection, flapping, recorded networks.") { hours, seed, traces };
        command.SetAction(async (parsed, cancellation) =>
        {
            var total = parsed.GetValue(hours);
            if (total is not (> 0 and <= 1_000_000))
            {
                await Console.Error.WriteLineAsync("--hours must be above 0 and at most 1000000.");
                return 2;
            }
            var folder = parsed.GetValue(traces);
            if (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "starlink-autobahn")))
            {
                await Console.Error.WriteLineAsync($"--traces: {folder.FullName} must hold a folder starlink-autobahn.");
                return 2;
            }
            var start = parsed.GetValue(seed);
            var results = new SwitchingResults(FalseSwitches.Run(total, start), Detection.Run(start), Flapping.Run(start),
                folder is null ? [] : Replay.Run(folder.FullName, start));
            var text = SwitchingReport.Describe(results);
            Console.Write(text);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "switching.txt"), text, cancellation);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "switching.json"), JsonSerializer.Serialize(results, Json) + "\n", cancellation);
            return 0;
        });
        return command;
    }
}
