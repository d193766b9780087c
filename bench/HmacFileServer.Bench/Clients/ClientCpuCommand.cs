using System.CommandLine;

namespace HmacFileServer.Bench.Clients;

/// <summary>`hfs-bench client-cpu`.</summary>
internal static class ClientCpuCommand
{
    public static Command Create()
    {
        var file = new LargeFileArguments("Timed runs of each client at each rate.");
        var program = new Option<FileInfo?>("--program") { Description = "Which hfs (default: what eng/publish-client made in artifacts/hfs, else the build's)." };
        var command = new Command("client-cpu", "Processor time of a client that uploads one large file over loopback, hfs (SHA-256 included) in turn with curl.") { program };
        file.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (file.Read(parsed) is not { } options)
                return 2;
            var report = await ClientCpuBenchmark.RunAsync(options, parsed.GetValue(program)?.FullName ?? RepositoryFolder.ClientProgram, Console.Out);
            await ResultFile.WriteAsync("client-cpu", report.ToText(), report);
            return 0;
        });
        return command;
    }
}
