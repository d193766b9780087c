using System.Diagnostics;

namespace HmacFileServer.Lab.Topology;

/// <summary>A host of the lab: a network namespace in which programs run.</summary>
public sealed class LabHost : IDisposable
{
    private readonly Lock _gate = new(); // guards _started
    private readonly List<Process> _started = [];

    internal LabHost(string networkNamespace) => Namespace = networkNamespace;

    /// <summary>The namespace's name, for <c>ip netns exec</c>.</summary>
    public string Namespace { get; }

    /// <summary>Starts a program in this host. It sees the host's interfaces also in /sys. It is killed with the lab at the latest.</summary>
    /// <returns>The program's process: its id, signals and exit code are the program's own. The lab disposes it.</returns>
    public Process Start(ProcessStartInfo program)
    {
        if (program.UseShellExecute)
            throw new ArgumentException("A program in a lab is started directly.", nameof(program));
        string[] original = program.ArgumentList.Count > 0 || program.Arguments.Length == 0
            ? [.. program.ArgumentList]
            : throw new ArgumentException("Give the arguments as ArgumentList.", nameof(program));
        // ip netns exec replaces itself by the program, and mounts the namespace's own /sys.
        var start = new ProcessStartInfo("ip", ["netns", "exec", Namespace, program.FileName, .. original])
        {
            RedirectStandardInput = program.RedirectStandardInput,
            RedirectStandardOutput = program.RedirectStandardOutput,
            RedirectStandardError = program.RedirectStandardError,
            WorkingDirectory = program.WorkingDirectory,
        };
        foreach (var (name, value) in program.Environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        lock (_gate)
            _started.Add(process);
        return process;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and what it printed.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>
    /// Runs a function on a thread of its own inside this host. A socket that it makes belongs to the host for good, whoever
    /// uses it later.
    /// </summary>
    public T Run<T>(Func<T> function) => NetworkNamespaces.Run(Namespace, function);

    /// <summary>Kills what was started here and still runs.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var process in _started)
            {
                if (!process.HasExited)
                {
                    process.Kill();
                    process.WaitForExit();
                }
                process.Dispose();
            }
            _started.Clear();
        }
    }
}
