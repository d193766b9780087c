namespace HmacFileServer.Testing.Kills;

/// <summary>How the server broke its word.</summary>
internal enum KillFailureKind
{
    LostBytes,
    LostUpload,
    CorruptFile,
    WrongAnswer,
}

/// <summary>The server broke its word.</summary>
internal sealed class KillFailureException(KillFailureKind kind, string message, long bytes = 0) : Exception(message)
{
    public KillFailureKind Kind => kind;

    /// <summary>How many bytes were lost.</summary>
    public long Bytes => bytes;
}
