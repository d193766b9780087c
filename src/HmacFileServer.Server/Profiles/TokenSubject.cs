using System.Security.Cryptography;
using System.Text;

namespace HmacFileServer.Server.Profiles;

/// <summary>A request feature: for whom the token was made that authorised the request.</summary>
/// <param name="Name">`sub` of a signed token, or a digest of an API token.</param>
internal sealed record TokenSubject(string Name)
{
    /// <summary>The subject of an API token, which names nobody.</summary>
    public static TokenSubject OfApiToken(string token) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
}
