using HmacFileServer.Cli.Commands;
using HmacFileServer.Client;

namespace HmacFileServer.Cli;

/// <summary>The client's options from the command line and, later, the configuration file.</summary>
internal static class ClientConfiguration
{
    public static ClientOptions Read(PutInput input) => new()
    {
        Interfaces = input.Interfaces,
        ForceInterface = input.Force,
    };
}
