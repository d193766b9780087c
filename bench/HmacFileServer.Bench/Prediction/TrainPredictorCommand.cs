using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HmacFileServer.Bench.Prediction;

/// <summary>`hfs-bench train-predictor`.</summary>
internal static class TrainPredictorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var traces = new Option<DirectoryInfo>("--traces") { Description = "Folder with fjordlink/, starlink-autobahn/ and solis-wifi/.", Required = true };
        var seed = new Option<int>("--seed") { Description = "Of the bootstrap; training needs none.", DefaultValueFactory = _ => 1 };
        var keep = new Option<bool>("--keep-weights") { Description = "Evaluate only: leave the weights of Core as they are." };
        var command = new Command("train-predictor", "Trains the link predictor on recorded networks and says what it is worth on those it has not seen.") { traces, seed, keep };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = parsed.GetValue(traces)!;
            if (!folder.Exists)
            {
                await Console.Error.WriteLineAsync($"--traces: {folder.FullName} is not there.");
                return 2;
            }
            var rows = LinkRows.Of(TraceReader.ReadAll(folder.FullName));
            var figures = Evaluation.Run(rows, parsed.GetValue(seed)).ToList();
            var text = PredictionReport.Describe(figures, rows);
            Console.Write(text);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "prediction.txt"), text, cancellation);
            await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, "prediction.json"), JsonSerializer.Serialize(figures, Json) + "\n", cancellation);
            if (!parsed.GetValue(keep))
                await File.WriteAllTextAsync(ModelSource.Path, Train(rows), cancellation);
            return 0;
        });
        return command;
    }

    private static string Train(List<LinkRow> rows)
    {
        var alive = rows.Where(r => r.IsAlive).ToList();
        var model = LogisticRegression.Fit(alive);
        model = model with
        {
            PrepareAt = Scores.BestBound(alive, r => model.Probability(r.Features)),
            LeaveAt = Scores.CautiousBound(alive, r => model.Probability(r.Features), Evaluation.CautiousPrecision) ?? 2,
        };
        return ModelSource.Write(model, alive.Count, alive.Count(r => r.Dies));
    }
}
