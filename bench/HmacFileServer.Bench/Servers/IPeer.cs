using System.Net;

namespace HmacFileServer.Bench.Servers;

/// <summary>A server under measurement, in a process of its own.</summary>
internal interface IPeer : IAsyncDisposable
{
    string Name { get; }

    int ProcessId { get; }

    IPEndPoint EndPoint { get; }

    /// <summary>The request target (path and query) of a fresh file of this length.</summary>
    string NewTarget(long length);

    /// <summary>The stored file of a target that <see cref="NewTarget"/> made, on disk.</summary>
    string StoredFile(string target);

    /// <summary>Removes what was stored, so that the disk and its cache are the same for every run.</summary>
    void Clear();
}
