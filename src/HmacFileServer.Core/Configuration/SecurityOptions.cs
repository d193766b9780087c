using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[security]`</summary>
public sealed record SecurityOptions
{
    /// <summary>Null if none is configured: the server then makes a random one and keeps it.</summary>
    [SecretOption("Secret shared with the XMPP server, at least 8 bytes; without one a random secret is made and kept.")]
    public Secret? Secret { get; init; }

    [SecretsOption("Secrets that were used before: URLs signed with them still hold.")]
    public IReadOnlyList<Secret> PreviousSecrets { get; init; } = [];

    [SecretsOption("Tokens that allow uploads to /files/ (Authorization: Bearer), each at least 8 bytes.")]
    public IReadOnlyList<Secret> ApiTokens { get; init; } = [];

    [ChoiceOption<JwtUse>("JSON Web Tokens signed with the secret: \"accepted\" beside signed URLs; \"only\", then signed URLs are refused; or \"off\".")]
    public JwtUse Jwt { get; init; } = JwtUse.Accepted;

    /// <summary>Off unless somebody wants a laboratory.</summary>
    [SwitchOption("Everybody may upload to /files/ without a token: for a laboratory only.")]
    public bool AllowAnonymous { get; init; }
}
