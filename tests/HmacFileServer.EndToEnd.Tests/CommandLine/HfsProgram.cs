using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.CommandLine;

/// <summary>`hfs`, as a person runs it, with a state folder of its own.</summary>
internal sealed class HfsProgram(TemporaryFolder folder)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static string Root { get; } = FindRoot();

    public static string Path { get; } = System.IO.Path.Combine(
        Root, "src", "HmacFileServer.Cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "hfs");

    /// <summary>Starts it; what it says is in its output.</summary>
    public ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start(Path, arguments, environment: new Dictionary<string, string> { ["HFS_STATE"] = folder["state"] });

    /// <summary>Runs it to its end.</summary>
    public async Task<(int Code, string Output, string Standard)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var code = await process.WaitForExitAsync(Limit);
        return (code, process.Output, process.StandardOutput);
    }

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(root!.FullName, "HmacFileServer.slnx")))
            root = root.Parent;
        return root.FullName;
    }
}
