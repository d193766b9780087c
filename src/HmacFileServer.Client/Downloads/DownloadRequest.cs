namespace HmacFileServer.Client.Downloads;

/// <summary>What is to be downloaded, and where to.</summary>
/// <param name="Url">The file's address.</param>
/// <param name="FilePath">Where it is put; null for the name that the server gives it, in the present folder.</param>
public sealed record DownloadRequest(Uri Url, string? FilePath)
{
    /// <summary>Which paths are used together.</summary>
    public TransferMode Mode { get; init; } = TransferMode.Auto;

    /// <summary>A file that is there already is replaced; else it is an error.</summary>
    public bool Overwrites { get; init; }
}

/// <summary>A finished download, with what happened on the way.</summary>
public sealed record DownloadResult
{
    /// <summary>Where it came from, behind all redirects.</summary>
    public required Uri Url { get; init; }

    /// <summary>Absolute path.</summary>
    public required string FilePath { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The server told the file's digest (Repr-Digest, RFC 9530), and it is this one.</summary>
    public required bool IsVerified { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Body bytes received, those that were of no use included.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Bytes that were there when the download began.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Longest time without a new byte.</summary>
    public required TimeSpan LargestStall { get; init; }

    public required IReadOnlyList<PathSwitch> Switches { get; init; }

    public required IReadOnlyList<PathReport> Paths { get; init; }
}
