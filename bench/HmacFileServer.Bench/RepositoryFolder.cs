namespace HmacFileServer.Bench;

/// <summary>Where things are in the checkout that this program was built in.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    public static string Results => Directory.CreateDirectory(Path.Combine(Root, "bench", "results")).FullName;

    public static string ServerProgram => Built("HmacFileServer.Server", "hmac-file-server");

    /// <summary>What eng/publish-client made, else what the build did.</summary>
    public static string ClientProgram
    {
        get
        {
            var published = Path.Combine(Root, "artifacts", "hfs", "hfs");
            return File.Exists(published) ? published : Built("HmacFileServer.Cli", "hfs");
        }
    }

    private static string Built(string project, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(Root, "src", project, "bin", configuration, "net10.0", name);
        return File.Exists(program) ? program : throw new FileNotFoundException($"Build the solution first: {program} is not there.");
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HmacFileServer.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("hfs-bench must lie inside a checkout.");
    }
}
