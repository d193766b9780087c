using System.CommandLine;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.BearerTokens;

namespace HmacFileServer.Server.Commands;

/// <summary>`hmac-file-server token`: signs a token that allows uploads to `/files/`, and prints it.</summary>
internal static class TokenCommand
{
    public static Command Create(TimeProvider clock)
    {
        var common = new CommonOptions();
        var subject = new Option<string>("--subject") { Description = "For whom it is.", Required = true };
        var expires = new Option<string>("--expires") { Description = "How long it allows uploads to begin.", DefaultValueFactory = _ => "30d" };
        var command = new Command("token", "Print a token for uploads to /files/ (Authorization: Bearer).") { subject, expires };
        common.AddStorageTo(command);
        command.SetAction(parsed =>
        {
            if (common.ReadValid(parsed) is not { } options)
                return ExitCode.Failed;
            if (!Lifetime.TryParse(parsed.GetValue(expires), out var lifetime))
                return Usage("--expires is a duration such as 12h or 30d.");
            if (parsed.GetValue(subject) is not { Length: > 0 and <= 1024 } name)
                return Usage("--subject is a name of 1 to 1024 characters.");
            if (options.Security.Jwt == JwtUse.Off)
                Console.Error.WriteLine("warning: jwt = \"off\" in [security]: the server accepts no tokens.");
            var now = clock.GetUtcNow();
            Console.Out.WriteLine(new JwtIssuer(KeptSecret.Load(options)).ForFiles(name, now, now + lifetime));
            return ExitCode.Done;
        });
        return command;
    }

    private static int Usage(string message) => UsageError.Tell("token", message);
}
