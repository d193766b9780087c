namespace HmacFileServer.Testing;

/// <summary>An empty folder of its own for one test, removed with all that is in it at the end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("hfs-test-").FullName;

    private TemporaryFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>One in memory where there is such a thing: for thousands of syncs that nobody needs.</summary>
    public static TemporaryFolder InMemory()
    {
        const string memory = "/dev/shm";
        return Directory.Exists(memory)
            ? new TemporaryFolder(Directory.CreateDirectory($"{memory}/hfs-test-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}").FullName)
            : new TemporaryFolder();
    }

    /// <summary>The full path of a name inside the folder; nothing is created.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
