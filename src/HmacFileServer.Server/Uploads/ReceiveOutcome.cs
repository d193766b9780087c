using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>How a request that brought bytes ended.</summary>
/// <param name="Error">What was wrong; null if nothing was.</param>
/// <param name="File">The finished file, for the one request that finished it.</param>
/// <param name="Progress">The upload afterwards.</param>
internal sealed record ReceiveOutcome(UploadErrorCode? Error, StoredFile? File, UploadProgress Progress)
{
    /// <summary>Of the finished file, where the request that brought the first bytes wanted it.</summary>
    public uint? Crc32C { get; init; }
}

/// <summary>The network that the client says a request travels over; it tunes and is shown, it never authorises.</summary>
/// <param name="Type">`wifi`, `lte`, ...; null if it was not said.</param>
/// <param name="Name">The client's name of the interface; null if it was not said.</param>
/// <param name="Device">A stable random id of the client's device; null if it was not said.</param>
internal sealed record ClientNetwork(string? Type, string? Name, string? Device);

/// <summary>How many bytes of an upload came over a network of the client.</summary>
internal sealed record UsedPath(string? Interface, string? Type, long Bytes);
