using System.CommandLine;
using HmacFileServer.Bench.AdaptiveIo;
using HmacFileServer.Bench.Clients;
using HmacFileServer.Bench.Downloads;
using HmacFileServer.Bench.Faults;
using HmacFileServer.Bench.Ingest;
using HmacFileServer.Bench.Kills;
using HmacFileServer.Bench.Load;
using HmacFileServer.Bench.Prediction;
using HmacFileServer.Bench.Quality;
using HmacFileServer.Bench.Switching;

var root = new RootCommand("Measures HMAC File Server beside what people use today. Results go to bench/results/.")
{
    IngestCommand.Create(),
    DownloadCommand.Create(),
    ClientCpuCommand.Create(),
    SlowUploadsCommand.Create(),
    SmallPutsCommand.Create(),
    TrainPredictorCommand.Create(),
    QualityHoursCommand.Create(),
    KillRoundsCommand.Create(),
    AdaptiveIoCommand.Create(),
    SwitchingCommand.Create(),
    PowerCutsCommand.Create(),
    FaultScriptsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
