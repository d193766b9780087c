using System.Globalization;
using HmacFileServer.Lab.Native;

namespace HmacFileServer.Lab.Topology;

/// <summary>
/// Named network namespaces of labs: <c>hfs{pid}-{number}-{role}</c>, so that each can be traced to the process that owns it.
/// </summary>
internal static class NetworkNamespaces
{
    private const string Folder = "/run/netns";
    private const string Prefix = "hfs";
    private static int _number;

    /// <summary>A name that no other lab has.</summary>
    public static string NewLabName() => $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";

    /// <summary>The process that owns a namespace, or null if it is none of a lab.</summary>
    public static int? OwnerOf(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && dash > Prefix.Length
            && int.TryParse(name.AsSpan(Prefix.Length, dash - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var owner)
                ? owner
                : null;
    }

    public static Task CreateAsync(string name) => IpCommand.RunAsync("netns", "add", name);

    /// <summary>Ends what still runs in a namespace, and removes it.</summary>
    public static async Task DeleteAsync(string name)
    {
        foreach (var line in (await IpCommand.RunAsync("netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            const int kill = 9;
            // A process that entered for a moment and is this one must not be among them.
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process != Environment.ProcessId)
                _ = Libc.Kill(process, kill);
        }
        await IpCommand.RunAsync("netns", "del", name);
    }

    /// <summary>Removes what labs left whose process is dead, with the programs that still run in them.</summary>
    /// <returns>The names that were removed.</returns>
    public static async Task<IReadOnlyList<string>> CleanAsync()
    {
        List<string> removed = [];
        if (!Directory.Exists(Folder))
            return removed;
        foreach (var name in Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)).ToList())
        {
            if (OwnerOf(name) is not { } owner || Directory.Exists($"/proc/{owner}"))
                continue;
            try
            {
                await DeleteAsync(name);
                removed.Add(name);
            }
            catch (InvalidOperationException)
            {
                // Another lab that starts at the same moment cleans it.
            }
        }
        return removed;
    }

    /// <summary>
    /// Runs a function on a thread of its own inside a namespace. Sockets that it makes stay there for good; so do reads of
    /// <c>/proc/sys/net</c> while it runs.
    /// </summary>
    public static T Run<T>(string name, Func<T> function)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = function();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { Name = name };
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException($"in namespace {name}: {failure.Message}", failure);
    }

    private static void Enter(string name)
    {
        const int closeOnExec = 0x80000, network = 0x40000000; // O_CLOEXEC, CLONE_NEWNET
        var descriptor = NativeError.Check(Libc.Open($"{Folder}/{name}", closeOnExec), $"open the namespace {name}");
        try
        {
            NativeError.Check(Libc.EnterNamespace(descriptor, network), $"enter the namespace {name}");
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
