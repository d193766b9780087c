using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.State;

/// <summary>
/// An upload that is not finished, as it is kept in the state folder. It has what is needed to go on, and no more: the upload's own
/// URL is in it, since that is where the server keeps the bytes; tokens, secrets and extra headers are not.
/// </summary>
public sealed record UploadRecord
{
    /// <summary>12 hex digits, the same for the same file to the same place.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path.</summary>
    public required string File { get; init; }

    public required FileIdentity Identity { get; init; }

    /// <summary>Where the upload was asked to go, without query and user information: to be shown.</summary>
    public required string Target { get; init; }

    /// <summary>Where the bytes go: the signed slot, or the upload that the server made. Whoever has it may write: never shown, never logged.</summary>
    public required string UploadUrl { get; init; }

    /// <summary>Where the upload was made, if that is another address; null if the bytes go where they were asked to go.</summary>
    public string? Endpoint { get; init; }

    public required UploadProtocol Protocol { get; init; }

    public required string ContentType { get; init; }

    public TransferMode Mode { get; init; }

    /// <summary>The partial uploads of a tus upload that is put together at the end; empty for all others.</summary>
    public IReadOnlyList<RecordedPart> Parts { get; init; } = [];

    /// <summary>A file with the token that the server wants; only its path is kept.</summary>
    public string? TokenFile { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    public required DateTimeOffset LastActivity { get; init; }

    /// <summary>Bytes that the server had acknowledged; it may have more.</summary>
    public long AcknowledgedBytes { get; init; }

    /// <summary>Settles the doubt when the file looks touched; null while nothing has been read.</summary>
    public PrefixDigest? Prefix { get; init; }
}

/// <summary>One part of an upload that is put together at the end.</summary>
/// <param name="Url">The part's own URL, a capability.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="End">The byte behind its last.</param>
public sealed record RecordedPart(string Url, long Start, long End)
{
    internal ByteRange Range => new(Start, End);
}
