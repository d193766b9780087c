using System.Diagnostics;

namespace HmacFileServer.Lab.Topology;

/// <summary>Runs ip(8).</summary>
internal static class IpCommand
{
    /// <summary>Runs one command.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has its own words.</exception>
    public static Task<string> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    /// <summary>Runs several commands in a namespace, in one process, stopping at the first that fails.</summary>
    public static Task<string> BatchAsync(string networkNamespace, params string[] lines) =>
        RunAsync(["-n", networkNamespace, "-batch", "-"], string.Join('\n', lines) + "\n");

    private static async Task<string> RunAsync(string[] arguments, string? input)
    {
        var start = new ProcessStartInfo("ip", arguments)
        {
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"ip {string.Join(' ', arguments)} failed: {(await errors).Trim()}{(input is null ? "" : "\n" + input)}");
    }
}
