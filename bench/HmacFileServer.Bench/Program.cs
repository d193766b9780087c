using System.CommandLine;
using HmacFileServer.Bench.Ingest;
using HmacFileServer.Bench.Kills;
using HmacFileServer.Bench.Prediction;
using HmacFileServer.Bench.Quality;

var root = new RootCommand("Measures HMAC File Server beside what people use today. Results go to bench/results/.")
{
    IngestCommand.Create(),
    TrainPredictorCommand.Create(),
    QualityHoursCommand.Create(),
    KillRoundsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
