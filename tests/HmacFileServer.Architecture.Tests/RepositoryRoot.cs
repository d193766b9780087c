namespace HmacFileServer.Architecture.Tests;

/// <summary>The folder of HmacFileServer.slnx.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "HmacFileServer.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("HmacFileServer.slnx was not found above the tests.");
        return folder.FullName;
    }
}
