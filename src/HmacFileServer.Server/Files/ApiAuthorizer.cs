using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Server.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Files;

/// <summary>Decides whether a request bears an API token: in `Authorization: Bearer`, or as `?access_token=` where a client cannot set headers.</summary>
internal sealed class ApiAuthorizer(ServerSettings settings)
{
    private const string Scheme = "Bearer ";
    private const string Parameter = "access_token=";

    private readonly byte[][] _tokens = [.. settings.ApiTokens.Select(t => SHA256.HashData(t.Bytes))];

    /// <summary>True if the request may go on; otherwise it is answered: 401 without a token, 403 with a wrong one.</summary>
    public async Task<bool> AuthorizeAsync(HttpContext context)
    {
        if (settings.AllowAnonymous)
            return true;
        var token = Presented(context);
        if (token is not null && IsKnown(token))
            return true;
        if (token is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ErrorResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, "Send one of the server's API tokens as 'Authorization: Bearer'.");
        }
        else
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status403Forbidden, "The API token is not one of this server's.");
        }
        return false;
    }

    private static string? Presented(HttpContext context)
    {
        if (context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return header[Scheme.Length..].Trim();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
            return null;
        var parameter = Array.Find(target[(question + 1)..].Split('&'), p => p.StartsWith(Parameter, StringComparison.Ordinal));
        return parameter is null ? null : Uri.UnescapeDataString(parameter[Parameter.Length..]);
    }

    /// <summary>Compares digests, every one: the time tells neither how much of a token was right nor how long it is.</summary>
    private bool IsKnown(string token)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var known = false;
        foreach (var held in _tokens)
            known |= CryptographicOperations.FixedTimeEquals(digest, held);
        return known;
    }
}
