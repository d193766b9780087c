using System.CommandLine;
using HmacFileServer.Bench.Ingest;
using HmacFileServer.Bench.Prediction;

var root = new RootCommand("Measures HMAC File Server beside what people use today. Results go to bench/results/.")
{
    IngestCommand.Create(),
    TrainPredictorCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
