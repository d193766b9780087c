using System.CommandLine;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Server.Commands;

/// <summary>`hmac-file-server check-config`: every error and warning, and what is in force with where it comes from.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var command = new Command("check-config", "Check the configuration and show what is in force.");
        common.AddTo(command);
        command.SetAction(parsed => Print(common, parsed));
        return command;
    }

    /// <summary>Warnings and errors to standard error; to standard output a configuration file that has the same effect, but for the secrets.</summary>
    public static int Print(CommonOptions common, ParseResult parsed)
    {
        if (common.Read(parsed) is not { } result)
            return ExitCode.Failed;
        foreach (var warning in result.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        foreach (var error in result.Errors)
            Console.Error.WriteLine($"error: {error}");
        Console.Out.Write(ConfigurationReport.ToToml(result));
        return result.IsValid ? ExitCode.Done : ExitCode.Failed;
    }
}
