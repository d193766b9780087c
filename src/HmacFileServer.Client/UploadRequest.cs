namespace HmacFileServer.Client;

/// <summary>What is to be uploaded, and where to.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Url">The slot's PUT URL, signature included.</param>
public sealed record UploadRequest(string FilePath, Uri Url)
{
    /// <summary>The media type; a v2 slot is signed over it, so it must be the one that was asked for.</summary>
    public string ContentType { get; init; } = "application/octet-stream";
}
