using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HmacFileServer.Testing;
using HmacFileServer.Testing.Kills;

namespace HmacFileServer.Bench.Kills;

/// <summary>`hfs-bench kill-rounds`.</summary>
internal static class KillRoundsCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often the server is killed.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Of all choices.", DefaultValueFactory = _ => 1 };
        var durability = new Option<string>("--durability") { Description = "What the server promises.", DefaultValueFactory = _ => "process" };
        durability.AcceptOnlyFromAmong("process", "power");
        var program = new Option<string?>("--program") { Description = "The server program, perhaps compiled ahead so that it starts fast; without it that of this checkout." };
        var data = new Option<string?>("--data") { Description = "An empty folder for the server's data; kept. Without it: a temporary one." };
        var result = new Option<string?>("--result") { Description = "Where the JSON result goes; without it bench/results/kill-rounds.json." };
        var command = new Command("kill-rounds", "Kill the server in mid-upload again and again: is every acknowledged byte there?") { rounds, seed, durability, program, data, result };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(rounds) is not (> 0 and var count))
            {
                await Console.Error.WriteLineAsync("--rounds must be above 0.");
                return 2;
            }
            using var folder = new TemporaryFolder();
            var options = new KillOptions(parsed.GetValue(program) ?? RepositoryFolder.ServerProgram, parsed.GetValue(data) ?? folder["data"], count, parsed.GetValue(seed))
            {
                Durability = parsed.GetValue(durability)!,
                Progress = r => Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Rounds} rounds, {r.Kills} kills, {r.FinishedFiles} files, {r.AcknowledgedBytesChecked} bytes asked for, {r.Seconds:F0} s")),
            };
            await using var run = new KillRun(options);
            var found = await run.RunAsync(cancellation);
            var text = JsonSerializer.Serialize(found, Json);
            Console.Out.WriteLine(text);
            await File.WriteAllTextAsync(parsed.GetValue(result) ?? Path.Combine(RepositoryFolder.Results, "kill-rounds.json"), text + "\n", CancellationToken.None);
            return found.IsClean ? 0 : 1;
        });
        return command;
    }
}
