using System.CommandLine;
using HmacFileServer.Lab.Commands;
using HmacFileServer.Lab.Relay;
using HmacFileServer.Lab.Topology;

// Started by the lab itself inside its third namespace. An interrupt at the terminal is for the lab, which then ends the relay.
if (args is ["relay"])
{
    Console.CancelKeyPress += (_, e) => e.Cancel = true;
    using var relay = new RelayProgram();
    return relay.Run(Console.In, Console.Out);
}

if (!NetworkLab.CanRun(out var reason) && args is not ([] or ["--help"] or ["-h"] or ["--version"]))
{
    Console.Error.WriteLine($"hfs-lab: {reason}");
    return 1;
}

var root = new RootCommand("A client and a server, joined by links that can be slow, lossy, and taken away.") { UpCommand.Create(), RunCommand.Create(), RecordCommand.Create(), BulkCommand.Create() };
foreach (var command in RemoteCommands.Create())
    root.Add(command);
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is FormatException or InvalidOperationException or IOException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine($"hfs-lab: {e.Message}");
    return 1;
}
