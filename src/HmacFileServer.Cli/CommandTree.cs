using System.CommandLine;
using HmacFileServer.Cli.Commands;

namespace HmacFileServer.Cli;

/// <summary>Every command, as it is parsed, completed and documented.</summary>
internal static class CommandTree
{
    public static RootCommand Create() => new("Uploads that never break when the network changes.")
    {
        PutCommand.Create(),
        GetCommand.Create(),
        WatchCommand.Create(),
        ResumeCommand.Create(),
        StatusCommand.Create(),
        InterfacesCommand.Create(),
        DocumentationCommands.Completion(Create),
        DocumentationCommands.Man(Create),
    };
}
