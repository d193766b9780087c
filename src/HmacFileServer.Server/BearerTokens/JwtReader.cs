using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using HmacFileServer.Core.Slots;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HmacFileServer.Server.BearerTokens;

/// <summary>How a token was judged.</summary>
internal enum JwtOutcome
{
    Valid,

    /// <summary>Not signed by us, malformed, from the future, or of a kind that is not accepted.</summary>
    Invalid,

    /// <summary>It was valid, and its time is over.</summary>
    Expired,
}

/// <summary>A token as it was judged; the claims are null if it is invalid.</summary>
internal readonly record struct JwtVerdict(JwtOutcome Outcome, JwtClaims? Claims);

/// <summary>
/// Judges JSON Web Tokens (RFC 7519) that are signed with HMAC-SHA256 and one of our secrets, and no others: RFC 8725 §3.1 says to pin the
/// algorithm. The library checks the signature; that header and payload can be understood in one way only is checked here.
/// </summary>
internal sealed class JwtReader
{
    /// <summary>Longest token, in characters: the longest JID, file name and type, in base64, and some room.</summary>
    public const int MostChars = 8 * 1024;

    /// <summary>How far the clock of the XMPP server may be ahead of ours.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> TokenChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenValidationParameters _rules;
    private readonly TimeProvider _clock;

    public JwtReader(SlotSecrets secrets, TimeProvider clock)
    {
        _clock = clock;
        _rules = new TokenValidationParameters
        {
            IssuerSigningKeys = [.. secrets.SigningKeys.Select(k => new SymmetricSecurityKey(HmacKey.Padded(k.Span)))],
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateIssuer = false, // whoever has the secret is the issuer
            ValidateAudience = false,
            ValidateLifetime = false, // done here, by our clock
            LogValidationExceptions = false,
        };
    }

    /// <summary>True for what has the three parts of a signed token (RFC 7515 §7.1), right or wrong.</summary>
    public static bool IsSigned(string token) => token.AsSpan().Count('.') == 2;

    public async ValueTask<JwtVerdict> ReadAsync(string token)
    {
        var invalid = new JwtVerdict(JwtOutcome.Invalid, null);
        if (token.Length > MostChars || token.AsSpan().ContainsAnyExcept(TokenChars) || token.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { Length: > 0 }])
            return invalid;
        if (!IsHeaderRight(header) || Decode(payload) is not { } json || JwtClaims.Read(json) is not { } claims)
            return invalid;
        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid)
            return invalid;
        var now = _clock.GetUtcNow();
        if (claims.IssuedAt - now > Leeway || claims.NotBefore - now > Leeway)
            return invalid;
        return new JwtVerdict(now >= claims.Expires ? JwtOutcome.Expired : JwtOutcome.Valid, claims);
    }

    /// <summary>`{"typ":"JWT","alg":"HS256"}`; what would make the payload something else (`crit`, `b64`, `zip`, `cty`) is refused, a key's name is not looked at.</summary>
    private static bool IsHeaderRight(string encoded)
    {
        if (Decode(encoded) is not { } json)
            return false;
        using var header = StrictJson.TryParse(json);
        if (header is null || !IsText(header.RootElement, "alg", SecurityAlgorithms.HmacSha256, StringComparison.Ordinal))
            return false;
        foreach (var member in header.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("alg") && !member.NameEquals("typ") && !member.NameEquals("kid"))
                return false;
        }
        return !header.RootElement.TryGetProperty("typ", out _) || IsText(header.RootElement, "typ", "JWT", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsText(JsonElement root, string name, string expected, StringComparison comparison) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), expected, comparison);

    private static byte[]? Decode(string encoded)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(encoded.Length)];
        return Base64Url.DecodeFromChars(encoded, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : null;
    }
}
