using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.BearerTokens;

namespace HmacFileServer.Server.Http;

/// <summary>Who is believed, by one reading of the configuration.</summary>
/// <param name="secrets">What slots and signed tokens are signed with.</param>
/// <param name="jwt">Whether tokens in headers count, and signatures in URLs.</param>
/// <param name="apiTokens">Who may upload to `/files/`.</param>
/// <param name="allowAnonymous">True if everybody may: for a laboratory.</param>
/// <param name="clock">For the expiry of tokens.</param>
internal sealed class Authority(SlotSecrets secrets, JwtUse jwt, IReadOnlyList<Secret> apiTokens, bool allowAnonymous, TimeProvider clock)
{
    private readonly byte[][] _apiTokenDigests = [.. apiTokens.Select(t => SHA256.HashData(t.Bytes))];

    public SlotSecrets Secrets => secrets;

    public JwtUse Jwt => jwt;

    public bool AllowAnonymous => allowAnonymous;

    /// <summary>Judges signed tokens by <see cref="Secrets"/>.</summary>
    public JwtReader Tokens { get; } = new(secrets, clock);

    /// <summary>Compares digests, every one: the time tells neither how much of a token was right nor how long it is.</summary>
    public bool IsApiToken(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), digest);
        var known = false;
        foreach (var held in _apiTokenDigests)
            known |= CryptographicOperations.FixedTimeEquals(digest, held);
        return known;
    }
}

/// <summary>
/// The authority in force. It is replaced as a whole when the configuration is read again: a request is judged by one reading of it, and what has begun goes on.
/// </summary>
internal sealed class CurrentAuthority(Authority first)
{
    private volatile Authority _now = first;

    public Authority Now => _now;

    public void Replace(Authority next) => _now = next;
}
