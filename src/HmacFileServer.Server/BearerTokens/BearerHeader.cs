namespace HmacFileServer.Server.BearerTokens;

/// <summary>`Authorization: Bearer` (RFC 6750 §2.1).</summary>
internal static class BearerHeader
{
    private const string Scheme = "Bearer";

    /// <summary>True if the request has credentials of whatever scheme.</summary>
    public static bool HasCredentials(HttpRequest request) => request.Headers.Authorization.Count > 0;

    /// <summary>
    /// The token; null if there is none, or the credentials are of another scheme. A header that stands twice gives text that is no token:
    /// nobody can tell which of the two was meant.
    /// </summary>
    public static string? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (!header.Any(IsBearer))
            return null;
        return header is [{ } only] ? Empty(only[Scheme.Length..].Trim(' ')) : ",";
    }

    private static bool IsBearer(string? value) =>
        value is not null && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == Scheme.Length || value[Scheme.Length] == ' ');

    private static string? Empty(string token) => token.Length == 0 ? null : token;
}
