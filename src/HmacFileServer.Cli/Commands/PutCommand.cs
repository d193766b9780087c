using System.CommandLine;
using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs put FILE... URL`.</summary>
internal static class PutCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("FILE... URL")
        {
            Description = "The files, and the URL at the end: a slot, or a server (then --secret-file is needed).",
            Arity = new ArgumentArity(2, 10_000),
        };
        var mode = new Option<string>("--mode") { Description = "auto: all unmetered paths together, metered ones only without any other. failover: one path at a time. aggregate: all together.", DefaultValueFactory = _ => "auto" };
        mode.AcceptOnlyFromAmong("auto", "failover", "aggregate");
        var interfaces = new Option<string[]>("--interface") { Description = "Use only this interface; may be given several times." };
        var force = new Option<string?>("--force") { Description = "Carry the upload over this interface whenever it is usable." };
        var secretFile = new Option<FileInfo?>("--secret-file") { Description = "A file with the server's secret: signs a slot of your own." };
        var type = new Option<string>("--content-type") { Description = "The media type that the slot was asked for.", DefaultValueFactory = _ => "application/octet-stream" };
        var config = new Option<FileInfo?>("--config") { Description = "A TOML file with [network_resilience] and [network_interfaces]." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object at the end." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print nothing but errors." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print every event and decision to standard error, with its time." };
        var command = new Command("put", "Upload files.") { arguments, mode, interfaces, force, secretFile, type, config, json, quiet, verbose };
        command.SetAction((parsed, cancellation) =>
        {
            var all = parsed.GetValue(arguments)!;
            return RunAsync(new PutInput(all[..^1], all[^1])
            {
                Interfaces = parsed.GetValue(interfaces) ?? [],
                Force = parsed.GetValue(force),
                SecretFile = parsed.GetValue(secretFile),
                ContentType = parsed.GetValue(type)!,
                Config = parsed.GetValue(config),
                Json = parsed.GetValue(json),
                Quiet = parsed.GetValue(quiet),
                Verbose = parsed.GetValue(verbose),
                Mode = parsed.GetValue(mode)!,
            }, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(PutInput input, CancellationToken cancellation)
    {
        try
        {
            var options = ClientConfiguration.Read(input);
            var targets = SlotTargets.Of(input);
            await using var client = new UploadClient(options);
            foreach (var target in targets)
            {
                await using var view = ProgressView.For(input, Path.GetFileName(target.FilePath));
                var result = await client.UploadAsync(target, view, cancellation);
                await view.DisposeAsync();
                if (input.Json)
                    Console.Out.WriteLine(ResultJson.Write(result, input.Mode));
                else if (!input.Quiet)
                    Summary.Write(Console.Out, result);
            }
            return ExitCode.Done;
        }
        catch (UploadFailedException e)
        {
            Console.Error.WriteLine($"hfs: {e.Message}");
            return ExitCode.Of(e.Reason);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine("hfs: stopped. What the server has stays there: run the same command again to go on.");
            return ExitCode.Interrupted;
        }
    }
}
