using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HmacFileServer.Testing;

/// <summary>
/// A program that a test runs: its output is collected, lines of it can be awaited, and disposing ends it with all that it started.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Lock _gate = new(); // guards _output and _waiters
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _standardOutput = new();
    private readonly List<(Func<string, bool> Match, TaskCompletionSource<string> Found)> _waiters = [];
    private readonly Process _process;
    private readonly Task _ended;

    private ChildProcess(Process process)
    {
        _process = process;
        _ended = EndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Standard output and error so far, mixed as they came.</summary>
    public string Output
    {
        get { lock (_gate) return _output.ToString(); }
    }

    /// <summary>Standard output so far.</summary>
    public string StandardOutput
    {
        get { lock (_gate) return _standardOutput.ToString(); }
    }

    /// <summary>Starts a program; <paramref name="input"/> is all of its standard input.</summary>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var child = new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
        child._process.StandardInput.Write(input);
        child._process.StandardInput.Close();
        return child;
    }

    /// <summary>Runs a program to its end and returns its standard output; fails with all of its output if its exit code is not 0.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var child = Start(program, arguments, input, environment);
        var code = await child.WaitForExitAsync(limit);
        if (code != 0)
            throw new InvalidOperationException($"{program} ended with {code.ToString(CultureInfo.InvariantCulture)}:\n{child.Output}");
        return child.StandardOutput;
    }

    /// <summary>Waits for the end, its output read whole; returns the exit code.</summary>
    /// <exception cref="TimeoutException">It did not end in time; the message has its output.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        try
        {
            await _ended.WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {limit}:\n{Output}");
        }
        return _process.ExitCode;
    }

    /// <summary>Waits until a line has <paramref name="text"/> in it, also one that came before; returns that line.</summary>
    /// <exception cref="TimeoutException">No such line came in time; the message has the output.</exception>
    /// <exception cref="InvalidOperationException">The program ended without such a line.</exception>
    public Task<string> WaitForLineAsync(string text, TimeSpan limit) => WaitForLineAsync(l => l.Contains(text, StringComparison.Ordinal), text, limit);

    /// <summary>The same for a line that is told by more than some text.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> isMeant, string text, TimeSpan limit)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var earlier = _output.ToString().Split('\n').FirstOrDefault(isMeant);
            if (earlier is not null)
                return earlier;
            _waiters.Add((isMeant, found));
        }
        try
        {
            var first = await Task.WhenAny(found.Task, _ended).WaitAsync(limit, TimeProvider.System);
            return first == found.Task || found.Task.IsCompleted
                ? await found.Task
                : throw new InvalidOperationException($"{_process.StartInfo.FileName} ended before it said '{text}':\n{Output}");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not say '{text}' within {limit}:\n{Output}");
        }
    }

    /// <summary>SIGKILL, for this process alone.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _ended;
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput, isStandardOutput: true), ReadAsync(_process.StandardError, isStandardOutput: false));
        await _process.WaitForExitAsync();
    }

    private async Task ReadAsync(StreamReader reader, bool isStandardOutput)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            List<TaskCompletionSource<string>> found;
            lock (_gate)
            {
                _output.Append(line).Append('\n');
                if (isStandardOutput)
                    _standardOutput.Append(line).Append('\n');
                found = [.. _waiters.Where(w => w.Match(line)).Select(w => w.Found)];
                _waiters.RemoveAll(w => found.Contains(w.Found));
            }
            foreach (var waiter in found)
                waiter.TrySetResult(line);
        }
    }
}
