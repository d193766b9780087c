using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>What a request says of an upload that it begins.</summary>
/// <param name="Slot">Where the finished file is found.</param>
/// <param name="Length">The total length in bytes; null while deferred.</param>
/// <param name="ContentType">The media type of the file, verbatim.</param>
internal sealed record NewUpload(SlotPath Slot, long? Length, string ContentType)
{
    /// <summary>Its id, where the parts that it is made of determine it; otherwise a new one.</summary>
    public UploadId? Id { get; init; }

    /// <summary>When the finished file shall be deleted (the `expires` of a JWT slot); null for what the server does with every file.</summary>
    public DateTimeOffset? FileExpires { get; init; }

    /// <summary>What the protocol wants back verbatim; keys are header names.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
