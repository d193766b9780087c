using System.Diagnostics;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>One upload by a client program in the lab's client host.</summary>
internal sealed class ClientRun
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ClientRun(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts the upload.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="paths">Which client.</param>
    /// <param name="file">What to upload.</param>
    /// <param name="url">The slot.</param>
    /// <param name="mode">`--mode` of hfs.</param>
    /// <param name="configuration">The path of the client's configuration, or null.</param>
    public static ClientRun Start(NetworkLab lab, ProductPaths paths, string file, string url, string mode, string? configuration)
    {
        string[] words = paths.ClientCommand is { } command
            ? [.. command.Select(w => w.Replace("{file}", file, StringComparison.Ordinal).Replace("{url}", url, StringComparison.Ordinal))]
            : [paths.Client, "put", file, url, "--mode", mode, "--json", .. configuration is null ? Array.Empty<string>() : ["--config", configuration]];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Each run is the first on its network: what an earlier one learned would seed it.
        start.Environment["HFS_STATE"] = Path.Combine(Path.GetDirectoryName(file)!, "state");
        return new ClientRun(lab.Device.Start(start));
    }

    public Task EndedAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    public void Kill() => _process.Kill();

    /// <summary>What it said, once it has ended.</summary>
    /// <returns>Null in the first place if it succeeded, else why not; its report.</returns>
    public async Task<(string? Failure, ClientReport Report)> ResultAsync()
    {
        var (output, errors) = (await _output, await _errors);
        return (_process.ExitCode == 0 ? null : $"the client ended with {_process.ExitCode}: {errors.Trim()}", ClientReport.Read(output));
    }
}
