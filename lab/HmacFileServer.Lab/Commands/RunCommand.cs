using System.CommandLine;
using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary><c>hfs-lab run</c>: the product in the lab, several times, and what was measured.</summary>
internal static class RunCommand
{
    private static readonly Argument<string> Name = new("SCENARIO")
    {
        Description = "'all', or one of:\n" + string.Join('\n', ScenarioCatalog.All.Select(s => $"{s.Name}: {s.Description}")),
    };

    private static readonly Option<int> Runs = new("--runs") { Description = "How often, 1 to 1000; the median counts.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string?> Out = new("--out") { Description = "A folder for SCENARIO.txt and SCENARIO.json." };
    private static readonly Option<string?> Server = new("--server") { Description = "The program hmac-file-server; by default of this repository's release build." };
    private static readonly Option<string?> Client = new("--client") { Description = "The program hfs; likewise." };
    private static readonly Option<string?> ClientCommand = new("--client-command")
    {
        Description = "Another client, for comparison: words in which {file} and {url} are replaced, such as \"curl -sf -T {file} {url}\".",
    };

    private static readonly Option<string?> Size = new("--size") { Description = "Bytes to upload instead of the scenario's own, such as 200mb." };
    private static readonly Option<string[]> Links = LabOptions.Links();
    private static readonly Option<string> Congestion = LabOptions.CongestionControl();
    private static readonly Option<int> Seed = LabOptions.Seed();

    public static Command Create()
    {
        var command = new Command("run", "Run a scenario with the product and measure it.") { Name, Runs, Out, Server, Client, ClientCommand, Size, Links, Congestion, Seed };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        var paths = Programs(parse);
        var chosen = parse.GetValue(Name) == "all" ? ScenarioCatalog.All : [ScenarioCatalog.Find(parse.GetValue(Name)!)];
        var met = true;
        foreach (var scenario in chosen)
        {
            var report = await RunAsync(Adapt(scenario, parse), paths, Math.Clamp(parse.GetValue(Runs), 1, 1000), parse.GetValue(Seed), cancellation);
            Console.WriteLine(report.ToText());
            if (parse.GetValue(Out) is { } folder)
            {
                Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".txt"), report.ToText(), cancellation);
                await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".json"), report.ToJson() + "\n", cancellation);
            }
            met &= report.Met;
        }
        return met ? 0 : 1;
    }

    private static async Task<ScenarioReport> RunAsync(Scenario scenario, ProductPaths paths, int times, int seed, CancellationToken cancellation)
    {
        var runner = new ScenarioRunner(scenario, paths);
        List<RunResult> results = [];
        for (var i = 0; i < times; i++)
        {
            Console.Error.Write($"\r{scenario.Name}: run {i + 1} of {times} ");
            results.Add(await runner.RunAsync(seed + i, cancellation));
        }
        Console.Error.WriteLine();
        var client = paths.ClientCommand is { } words ? string.Join(' ', words) : $"hfs put --mode {scenario.Mode}";
        return ScenarioReport.Of(scenario, client, results, TimeProvider.System.GetUtcNow());
    }

    private static Scenario Adapt(Scenario scenario, ParseResult parse)
    {
        var links = parse.GetValue(Links) is { Length: > 0 } given ? LabSpec.Parse(given) : scenario.Links;
        return scenario with
        {
            FileBytes = parse.GetValue(Size) is { } size ? Quantity.ParseBytes(size) : scenario.FileBytes,
            Links = links with { CongestionControl = parse.GetValue(Congestion)! },
        };
    }

    private static ProductPaths Programs(ParseResult parse)
    {
        var (server, client) = (parse.GetValue(Server), parse.GetValue(Client));
        var paths = server is not null && client is not null ? new ProductPaths(server, client) : ProductPaths.Find();
        return new ProductPaths(Path.GetFullPath(server ?? paths.Server), Path.GetFullPath(client ?? paths.Client))
        {
            ClientCommand = parse.GetValue(ClientCommand)?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }
}
