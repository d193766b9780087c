namespace HmacFileServer.Testing;

/// <summary>An empty folder of its own for one test, removed with all that is in it at the end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hfs-test-").FullName;

    /// <summary>The full path of a name inside the folder; nothing is created.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
