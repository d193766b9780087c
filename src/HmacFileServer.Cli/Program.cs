using System.CommandLine;
using HmacFileServer.Cli;
using HmacFileServer.Cli.Commands;

var root = new RootCommand("Uploads that never break when the network changes.")
{
    PutCommand.Create(),
    InterfacesCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"hfs: {error.Message}");
    Console.Error.WriteLine("Try 'hfs --help'.");
    return ExitCode.Usage;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
