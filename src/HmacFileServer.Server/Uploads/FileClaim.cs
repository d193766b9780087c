namespace HmacFileServer.Server.Uploads;

/// <summary>What a request that brings bytes says of the file as a whole.</summary>
/// <param name="ContentType">Its media type, in force if the request brings another file than the one that was begun.</param>
internal sealed record FileClaim(string ContentType)
{
    /// <summary>What the finished file must have; empty if the request does not say.</summary>
    public IReadOnlyList<ExpectedChecksum> Digests { get; init; } = [];

    /// <summary>Its client would like to be told the file's CRC-32C at the end.</summary>
    public bool WantsCrc32C { get; init; }
}
