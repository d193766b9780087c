using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.BearerTokens;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Profiles;

namespace HmacFileServer.Server.Slots;

/// <summary>
/// Decides whether a request bears the signature of the slot that it names: in its URL, or as a signed token in its header. A signed token is the
/// strongest kind: where there is one, it alone counts. A bearer token of another form beside a signed URL is meant for `/files/` or a proxy: clients
/// send the same headers everywhere.
/// </summary>
internal sealed class SlotAuthorizer(CurrentAuthority authority, TimeProvider clock)
{
    /// <summary>True if the request tries to prove anything.</summary>
    public bool IsAsked(HttpRequest request, RequestTarget target) => target.Query.Items.Count > 0 || IsByToken(authority.Now, request, target);

    /// <param name="request">The request: its Authorization header counts.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="length">The file's total length in bytes.</param>
    /// <param name="contentType">The media type that the request says, verbatim; null for none.</param>
    /// <param name="begun">
    /// True if the upload has begun: the expiry of a URL or token ends the right to begin, not an upload that is longer than it.
    /// The session timeout bounds that one.
    /// </param>
    public ValueTask<SlotGrant> CheckAsync(HttpRequest request, RequestTarget target, long length, string? contentType, bool begun)
    {
        var now = authority.Now;
        if (IsByToken(now, request, target))
            return CheckTokenAsync(now, request, BearerHeader.Read(request)!, target, length, contentType, begun);
        return ValueTask.FromResult(new SlotGrant(CheckUrl(now, request, target, length, contentType, begun), contentType));
    }

    /// <summary>Whether the request may delete the file that it names; null if so.</summary>
    public UploadErrorCode? CheckDeletion(RequestTarget target)
    {
        var now = authority.Now;
        return now.Jwt == JwtUse.Only
            ? UploadErrorCode.WrongToken // no token in a header allows it
            : SlotVerifier.Verify(new SlotRequest { Operation = SlotOperation.Delete, Path = target.Path, Query = target.Query, Now = clock.GetUtcNow() }, now.Secrets).Error;
    }

    private static bool IsByToken(Authority now, HttpRequest request, RequestTarget target) =>
        now.Jwt != JwtUse.Off && BearerHeader.Read(request) is { } token
        && (now.Jwt == JwtUse.Only || JwtReader.IsSigned(token) || SlotVerifier.Select(target.Query, SlotOperation.Upload) == SlotVariant.None);

    private UploadErrorCode? CheckUrl(Authority now, HttpRequest request, RequestTarget target, long length, string? contentType, bool begun)
    {
        if (now.Jwt == JwtUse.Only)
            return UploadErrorCode.MissingBearer;
        var verdict = SlotVerifier.Verify(
            new SlotRequest { Path = target.Path, Length = length, ContentType = contentType, Query = target.Query, Now = clock.GetUtcNow() },
            now.Secrets);
        return verdict.Outcome switch
        {
            SlotOutcome.Expired when begun => null,
            SlotOutcome.MissingToken when now.Jwt != JwtUse.Off && BearerHeader.HasCredentials(request) => UploadErrorCode.MissingBearer,
            _ => verdict.Error,
        };
    }

    private async ValueTask<SlotGrant> CheckTokenAsync(Authority now, HttpRequest request, string token, RequestTarget target, long length, string? contentType, bool begun)
    {
        var verdict = await now.Tokens.ReadAsync(token);
        if (verdict.Claims is not { FileSize: { } size, FileType: { } type } claims || size != length
            || target.Path.Segments is not [var slot, var name] || claims.Slot != slot || claims.FileName != name || !IsSameType(type, contentType))
        {
            return new SlotGrant(UploadErrorCode.WrongToken);
        }
        request.HttpContext.Features.Set(new TokenSubject(claims.Subject));
        var isOver = verdict.Outcome == JwtOutcome.Expired || claims.FileExpires <= clock.GetUtcNow();
        return isOver && !begun ? new SlotGrant(UploadErrorCode.ExpiredToken) : new SlotGrant(null, type, claims.FileExpires);
    }

    /// <summary>
    /// XEP-0363 §4: another type than the announced one is refused. HTTP libraries add and drop parameters, so these may differ; and a request
    /// need not repeat it. The file has the type of the token in each case.
    /// </summary>
    private static bool IsSameType(string announced, string? said) =>
        said is null || Essence(said).Equals(Essence(announced), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Essence(string type)
    {
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type.AsSpan(0, end)).Trim();
    }
}
