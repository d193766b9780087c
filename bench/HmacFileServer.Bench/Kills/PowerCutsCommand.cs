using System.CommandLine;
using System.Text.Json;
using HmacFileServer.Testing.PowerCuts;

namespace HmacFileServer.Bench.Kills;

/// <summary>`hfs-bench power-cuts`.</summary>
internal static class PowerCutsCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often the power is cut.", DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Of all choices.", DefaultValueFactory = _ => 1 };
        var forget = new Option<string?>("--forget") { Description = "Leave out the syncs of files and folders whose path ends so: it must show." };
        var command = new Command("power-cuts", "Throw away what was not synced, again and again: does a store of durability 'power' keep its promises?") { rounds, seed, forget };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(rounds) is not (> 0 and var count))
            {
                await Console.Error.WriteLineAsync("--rounds must be above 0.");
                return 2;
            }
            var found = await new PowerCutRun(parsed.GetValue(seed), parsed.GetValue(forget) is { } ending ? path => path.EndsWith(ending, StringComparison.Ordinal) : null).RunAsync(count, cancellation);
            Console.Out.WriteLine(JsonSerializer.Serialize(found, Json));
            return found.Failure is null ? 0 : 1;
        });
        return command;
    }
}
