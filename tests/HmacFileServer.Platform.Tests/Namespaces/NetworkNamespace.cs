using System.Diagnostics;
using System.Runtime.InteropServices;
using HmacFileServer.Testing;

namespace HmacFileServer.Platform.Tests.Namespaces;

/// <summary>A network namespace of its own for one test, removed at the end with all its links. Needs root and iproute2.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private static int _made;

    public NetworkNamespace()
    {
        Name = $"hfs-t{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";
        Ip("netns", "add", Name);
    }

    public string Name { get; }

    /// <summary>Skips the calling test, aloud, where namespaces cannot be made.</summary>
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Network namespaces exist on Linux alone.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Making network namespaces needs root.");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip") || File.Exists("/usr/bin/ip"), "Needs the `ip` command (iproute2).");
    }

    /// <summary>Runs `ip` inside, with the words of one line.</summary>
    public void Do(string line) => Ip(["-n", Name, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>Runs many lines of `ip` in one process.</summary>
    public void DoAll(IEnumerable<string> lines)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["batch"], lines);
        Ip("-n", Name, "-batch", folder["batch"]);
    }

    /// <summary>Two ends of a cable, both inside: `name` up with an address, and its peer up.</summary>
    public void AddCable(string name, string peer, string? address = null)
    {
        Do($"link add {name} type veth peer name {peer}");
        Do($"link set {peer} up");
        Do($"link set {name} up");
        if (address is not null)
            Do($"addr add {address} dev {name}");
    }

    /// <summary>Runs on a thread of its own that has entered the namespace; sockets made there stay in it.</summary>
    public T Run<T>(Func<T> inside)
    {
        var result = default(T);
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)file.DangerousGetHandle(), NewNetwork) != 0)
                    throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                result = inside();
            }
            catch (Exception thrown)
            {
                fault = thrown;
            }
        });
        thread.Start();
        thread.Join(); // it ends here, so that nothing else ever runs in the namespace by accident
        if (fault is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        return result!;
    }

    public void Dispose() => Ip("netns", "del", Name);

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {string.Join(' ', arguments)}: {complaint}");
    }

    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int descriptor, int kind);
}
