namespace HmacFileServer.Bench;

/// <summary>Where things are in the checkout that this program was built in.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    public static string Results => Directory.CreateDirectory(Path.Combine(Root, "bench", "results")).FullName;

    public static string ServerProgram
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var program = Path.Combine(Root, "src", "HmacFileServer.Server", "bin", configuration, "net10.0", "hmac-file-server");
            return File.Exists(program) ? program : throw new FileNotFoundException($"Build the solution first: {program} is not there.");
        }
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HmacFileServer.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("hfs-bench must lie inside a checkout.");
    }
}
