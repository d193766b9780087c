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

    /// <summary>What is spoken; <see cref="UploadProtocol.Auto"/> for what the server offers.</summary>
    public UploadProtocol Protocol { get; init; }

    /// <summary>
    /// What the upload is recognised by when the same is asked for again, where <see cref="Url"/> is new each time (a slot signed for the
    /// occasion); null for the URL without its query.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Bytes of unknown number instead of the file; <see cref="FilePath"/> is then no more than a name. Read once, to its end.</summary>
    public Stream? Content { get; init; }

    /// <summary>A file with the server's token, remembered by its path for <see cref="UploadClient.ResumeAsync"/>; null for none.</summary>
    public string? TokenFile { get; init; }
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
