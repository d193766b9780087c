using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace HmacFileServer.Lab.Relay;

/// <summary>The relay's process, seen from the lab that owns it.</summary>
internal sealed class RelayHandle : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1, 1); // one command at a time: guards the pair of pipes

    private RelayHandle(Process process) => _process = process;

    public int ProcessId => _process.Id;

    /// <summary>Starts the relay inside a namespace.</summary>
    /// <exception cref="FileNotFoundException">The program hfs-lab does not lie beside this library.</exception>
    public static RelayHandle Start(string networkNamespace)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "hfs-lab");
        if (!File.Exists(program))
            throw new FileNotFoundException($"The relay is the program hfs-lab, which should lie beside this library: {program} does not exist.", program);
        var start = new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, program, "relay"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new RelayHandle(Process.Start(start)!);
    }

    /// <summary>Sends a command that changes something.</summary>
    /// <returns>When it took effect, monotonic ns.</returns>
    /// <exception cref="InvalidOperationException">The relay refused, or has ended.</exception>
    public async Task<long> CommandAsync(string command)
    {
        var answer = await AskAsync(command);
        return answer.StartsWith("ok ", StringComparison.Ordinal)
            ? long.Parse(answer.AsSpan(3), CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The relay refused '{command}': {answer}");
    }

    /// <summary>Asks for the counters.</summary>
    public async Task<RelayReport> ReportAsync()
    {
        var answer = await AskAsync("stats");
        return answer.StartsWith("json ", StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<RelayReport>(answer.AsSpan(5))!
            : throw new InvalidOperationException($"The relay gave no report: {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<string> AskAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            return await _process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException("The relay has ended.");
        }
        finally
        {
            _turn.Release();
        }
    }
}
