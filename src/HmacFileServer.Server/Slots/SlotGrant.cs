using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Slots;

/// <summary>What a request may do with the slot that it names.</summary>
/// <param name="Error">Why nothing; null if it may upload.</param>
/// <param name="ContentType">The media type of the file, as the token says, or else as the request does; null if neither says.</param>
/// <param name="FileExpires">When the finished file shall be deleted; null if the token does not say.</param>
internal readonly record struct SlotGrant(UploadErrorCode? Error, string? ContentType = null, DateTimeOffset? FileExpires = null)
{
    public bool IsGiven => Error is null;
}
