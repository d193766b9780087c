using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.BearerTokens;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Profiles;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Files;

/// <summary>What a request may do at `/files/`.</summary>
/// <param name="Error">Why nothing; null if it may begin an upload.</param>
/// <param name="FileExpires">When the finished file shall be deleted; null if the token does not say.</param>
internal readonly record struct ApiGrant(UploadErrorCode? Error, DateTimeOffset? FileExpires = null);

/// <summary>
/// Decides whether a request bears an API token, or a signed one with `upload` in its scope: in `Authorization: Bearer`, or as `?access_token=`
/// where a client cannot set headers.
/// </summary>
internal sealed class ApiAuthorizer(CurrentAuthority authority, TimeProvider clock)
{
    private const string Parameter = "access_token=";

    public async ValueTask<ApiGrant> CheckAsync(HttpContext context)
    {
        var now = authority.Now;
        var token = BearerHeader.Read(context.Request) ?? FromQuery(context);
        if (token is null)
            return new ApiGrant(now.AllowAnonymous ? null : UploadErrorCode.MissingBearer);
        if (now.AllowAnonymous || now.IsApiToken(token))
        {
            context.Features.Set(TokenSubject.OfApiToken(token));
            return default;
        }
        if (now.Jwt == JwtUse.Off)
            return new ApiGrant(UploadErrorCode.WrongBearer);
        var verdict = await now.Tokens.ReadAsync(token);
        // Without the scope it is a slot's token, good for one file at one place.
        if (verdict.Claims is not { Scope: { } scope } claims || !scope.Split(' ').Contains(JwtIssuer.FilesScope))
            return new ApiGrant(UploadErrorCode.WrongBearer);
        context.Features.Set(new TokenSubject(claims.Subject));
        var isOver = verdict.Outcome == JwtOutcome.Expired || claims.FileExpires <= clock.GetUtcNow();
        return isOver ? new ApiGrant(UploadErrorCode.ExpiredToken) : new ApiGrant(null, claims.FileExpires);
    }

    /// <summary>
    /// Why a request may not read what is the operator's alone; null if it bears an API token. Signed tokens of users and `allow_anonymous` do not count here.
    /// </summary>
    public UploadErrorCode? CheckOperator(HttpContext context)
    {
        if ((BearerHeader.Read(context.Request) ?? FromQuery(context)) is not { } token)
            return UploadErrorCode.MissingBearer;
        return authority.Now.IsApiToken(token) ? null : UploadErrorCode.WrongBearer;
    }

    private static string? FromQuery(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
            return null;
        var given = target[(question + 1)..].Split('&').Where(p => p.StartsWith(Parameter, StringComparison.Ordinal)).ToList();
        return given.Count switch
        {
            0 => null,
            1 => Uri.UnescapeDataString(given[0][Parameter.Length..]),
            _ => "", // nobody can tell which was meant
        };
    }
}
