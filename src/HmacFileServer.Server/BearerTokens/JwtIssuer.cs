using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HmacFileServer.Server.BearerTokens;

/// <summary>Signs tokens: for a slot as Prosody's mod_http_file_share does, and for `/files/`.</summary>
internal sealed class JwtIssuer
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;

    /// <param name="secrets">The first one signs.</param>
    public JwtIssuer(SlotSecrets secrets) =>
        _credentials = new SigningCredentials(new SymmetricSecurityKey(HmacKey.Padded(secrets.SigningKeys[0].Span)), SecurityAlgorithms.HmacSha256);

    /// <summary>A token that allows one file to be uploaded to a slot of two segments.</summary>
    /// <param name="subject">For whom.</param>
    /// <param name="slot">Two segments: the slot and the file's name.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="issued">Now.</param>
    /// <param name="expires">Until when the upload may begin.</param>
    public string ForSlot(string subject, SlotPath slot, long length, string contentType, DateTimeOffset issued, DateTimeOffset expires) => Sign(subject, issued, expires, new()
    {
        ["slot"] = slot.Segments[0],
        ["filename"] = slot.Segments[1],
        ["filesize"] = length,
        ["filetype"] = contentType,
    });

    /// <summary>A token that allows uploads to `/files/` until it ends.</summary>
    public string ForFiles(string subject, DateTimeOffset issued, DateTimeOffset expires) => Sign(subject, issued, expires, new() { ["scope"] = FilesScope });

    /// <summary>The word in `scope` that allows uploads to `/files/`: a slot's token, which its user sees, must not.</summary>
    public const string FilesScope = "upload";

    private string Sign(string subject, DateTimeOffset issued, DateTimeOffset expires, Dictionary<string, object> claims)
    {
        claims["sub"] = subject;
        claims["iat"] = issued.ToUnixTimeSeconds();
        claims["exp"] = expires.ToUnixTimeSeconds();
        return _handler.CreateToken(new SecurityTokenDescriptor { Claims = claims, SigningCredentials = _credentials });
    }
}
