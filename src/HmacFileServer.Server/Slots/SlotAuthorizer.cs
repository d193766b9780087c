using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Slots;

/// <summary>Decides whether a request bears the signature of the slot that it names.</summary>
internal sealed class SlotAuthorizer(SlotSecrets secrets, TimeProvider clock)
{
    /// <param name="target">Path and query of the request.</param>
    /// <param name="length">The file's total length in bytes.</param>
    /// <param name="contentType">The media type that was signed, verbatim; null for none.</param>
    /// <param name="begun">
    /// True if the upload has begun: the expiry of a URL ends the right to begin, not an upload that is longer than it.
    /// The session timeout bounds that one.
    /// </param>
    public UploadErrorCode? Check(RequestTarget target, long length, string? contentType, bool begun)
    {
        var verdict = SlotVerifier.Verify(
            new SlotRequest { Path = target.Path, Length = length, ContentType = contentType, Query = target.Query, Now = clock.GetUtcNow() },
            secrets);
        return verdict.Outcome == SlotOutcome.Expired && begun ? null : verdict.Error;
    }
}
