using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Servers;

/// <summary>A server under measurement, in a process of its own, with a folder of its own.</summary>
internal abstract class Peer(string name, string folder, ChildProcess process, IPEndPoint endPoint) : IAsyncDisposable
{
    /// <summary>The same for every peer; each has a loopback address of its own.</summary>
    protected const int Port = 8080;

    public string Name => name;

    public int ProcessId => process.Id;

    public IPEndPoint EndPoint => endPoint;

    protected string Folder => folder;

    /// <summary>The request target (path and query) of a fresh file of this length: PUT to it, or create a tus upload there.</summary>
    public abstract string NewTarget(long length);

    /// <summary>The stored file on disk.</summary>
    /// <param name="target">What <see cref="NewTarget"/> gave.</param>
    /// <param name="created">The URL that a tus creation at the target gave; null for a PUT.</param>
    public abstract string StoredFile(string target, string? created);

    /// <summary>Removes what was stored, so that the disk and its cache are the same for every run.</summary>
    public abstract void Clear();

    public ValueTask DisposeAsync() => process.DisposeAsync();

    protected void Empty(string name)
    {
        var kept = new DirectoryInfo(Path.Combine(folder, name));
        if (!kept.Exists)
            return;
        foreach (var entry in kept.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo sub)
                sub.Delete(recursive: true);
            else
                entry.Delete();
        }
    }
}
