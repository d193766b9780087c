namespace HmacFileServer.Server.Commands;

/// <summary>What a command says of an option that cannot be.</summary>
internal static class UsageError
{
    /// <param name="command">Its name.</param>
    /// <param name="message">What is wrong, and what it should be.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(string command, string message)
    {
        Console.Error.WriteLine($"hmac-file-server {command}: {message}");
        return ExitCode.Usage;
    }
}
