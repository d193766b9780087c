namespace HmacFileServer.Bench;

/// <summary>A new folder on the file system of another, removed at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder(string beside)
    {
        Path = System.IO.Path.Combine(beside, "artifacts", FormattableString.Invariant($"bench-{Environment.ProcessId}"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>Makes a folder in it.</summary>
    public string New(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
