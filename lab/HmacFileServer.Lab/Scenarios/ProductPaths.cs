namespace HmacFileServer.Lab.Scenarios;

/// <summary>Where the programs lie that a scenario runs.</summary>
/// <param name="Server">The program <c>hmac-file-server</c>.</param>
/// <param name="Client">The program <c>hfs</c>.</param>
public sealed record ProductPaths(string Server, string Client)
{
    /// <summary>
    /// The client's command line where it is not the product's: words in which <c>{file}</c> and <c>{url}</c> stand for the file and
    /// the slot. So other clients are measured in the same way.
    /// </summary>
    public IReadOnlyList<string>? ClientCommand { get; init; }

    /// <summary>The programs that lie beside this one (as they do beside tests), or those of this repository's last release build.</summary>
    /// <exception cref="InvalidOperationException">This does not run inside the repository, or they are not built.</exception>
    public static ProductPaths Find()
    {
        var beside = new ProductPaths(Path.Combine(AppContext.BaseDirectory, "hmac-file-server"), Path.Combine(AppContext.BaseDirectory, "hfs"));
        if (File.Exists(beside.Server) && File.Exists(beside.Client))
            return beside;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HmacFileServer.slnx")))
            folder = folder.Parent;
        if (folder is null)
            throw new InvalidOperationException("the product's programs are not found from here; give --server and --client");
        string Program(string project, string name)
        {
            var path = Path.Combine(folder.FullName, "src", project, "bin", "Release", "net10.0", name);
            return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not there; build it with 'dotnet build -c Release'");
        }
        return new ProductPaths(Program("HmacFileServer.Server", "hmac-file-server"), Program("HmacFileServer.Cli", "hfs"));
    }
}
