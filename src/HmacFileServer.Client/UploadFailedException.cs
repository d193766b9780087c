namespace HmacFileServer.Client;

/// <summary>What kept an upload from being finished.</summary>
public enum UploadFailure
{
    /// <summary>The file cannot be read, or changed while it was sent.</summary>
    File,

    /// <summary>The URL is not one that can be uploaded to.</summary>
    Usage,

    /// <summary>The server's name cannot be resolved.</summary>
    UnknownHost,

    /// <summary>No path to the server within the time allowed.</summary>
    NoPath,

    /// <summary>The server refused: wrong or expired token, too large, already complete.</summary>
    Refused,

    /// <summary>The server's disk is full, or it failed in a way that another attempt now will not mend.</summary>
    Server,

    /// <summary>What answers is not such a server.</summary>
    Protocol,

    /// <summary>The stored bytes are not the file's.</summary>
    Integrity,

    /// <summary>Another process is at the same upload.</summary>
    Busy,
}

/// <summary>An upload ended without success; says what to do. What the server acknowledged stays there.</summary>
public sealed class UploadFailedException(UploadFailure reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public UploadFailure Reason { get; } = reason;

    /// <summary>The status that the server answered with, where there was one.</summary>
    public int? Status { get; init; }
}
