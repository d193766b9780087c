namespace HmacFileServer.Client;

/// <summary>What is to be uploaded, and where to.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Url">The slot's PUT URL, signature included.</param>
public sealed record UploadRequest(string FilePath, Uri Url)
{
    /// <summary>Which paths are used together.</summary>
    public TransferMode Mode { get; init; } = TransferMode.Auto;

    /// <summary>The media type; a v2 slot is signed over it, so it must be the one that was asked for.</summary>
    public string ContentType { get; init; } = "application/octet-stream";
}

/// <summary>Which paths an upload uses together.</summary>
public enum TransferMode
{
    /// <summary>All unmetered paths together; a metered one only where there is no other.</summary>
    Auto,

    /// <summary>One path at a time, the next best waits.</summary>
    Failover,

    /// <summary>All paths together, whatever they cost.</summary>
    Aggregate,
}
