using System.CommandLine;
using System.Text.Json;
using HmacFileServer.Fuzz;
using HmacFileServer.Fuzz.Targets;

var json = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
var target = new Argument<string>("target") { Description = $"All, or one of: {string.Join(", ", AllTargets.Create().Select(t => t.Name))}." };
var count = new Option<long>("--count") { Description = "Inputs for each target.", DefaultValueFactory = _ => 1_000_000 };
var seed = new Option<int>("--seed") { Description = "Of the inputs.", DefaultValueFactory = _ => 1 };
var root = new RootCommand("Feeds the readers of what strangers send with inputs that are nearly right, and with noise. Exit code 1 if one of them fails.") { target, count, seed };
root.SetAction(parsed =>
{
    var chosen = AllTargets.Create().Where(t => parsed.GetValue(target) is var name && (name == "all" || t.Name == name)).ToList();
    if (chosen.Count == 0)
    {
        Console.Error.WriteLine($"There is no target '{parsed.GetValue(target)}'.");
        return 2;
    }
    var failed = false;
    foreach (var one in chosen)
    {
        var result = new FuzzRun(one, parsed.GetValue(seed)).Run(parsed.GetValue(count));
        Console.Out.WriteLine(JsonSerializer.Serialize(result, json));
        failed |= result.Failure is not null;
    }
    return failed ? 1 : 0;
});
return await root.Parse(args).InvokeAsync();
