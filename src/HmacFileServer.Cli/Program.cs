using System.CommandLine;
using HmacFileServer.Cli;

// no-color.org: an empty NO_COLOR is as none. What draws for us takes any.
if (Environment.GetEnvironmentVariable("NO_COLOR") == "")
    Environment.SetEnvironmentVariable("NO_COLOR", null);

var root = CommandTree.Create();
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"hfs: {error.Message}");
    Console.Error.WriteLine($"Try 'hfs {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'.");
    return ExitCode.Usage;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
