using System.CommandLine;
using HmacFileServer.Bench.Ingest;

var root = new RootCommand("Measures HMAC File Server beside what people use today. Results go to bench/results/.")
{
    IngestCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
