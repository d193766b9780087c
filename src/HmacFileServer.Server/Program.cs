using System.CommandLine;
using HmacFileServer.Server.Commands;

var clock = TimeProvider.System;
var root = new RootCommand("The server of uploads that never break when the network changes.")
{
    RunCommand.Create(clock),
    SlotCommand.Create(clock),
    TokenCommand.Create(clock),
    CheckConfigCommand.Create(),
    FsckCommand.Create(clock),
};
RunCommand.Attach(root, clock);
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"hmac-file-server: {error.Message}");
    Console.Error.WriteLine("Try 'hmac-file-server --help'.");
    return ExitCode.Usage;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }); // the server ends itself, in order
