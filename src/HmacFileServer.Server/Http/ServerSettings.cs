using System.Net;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Http;

/// <summary>What the HTTP side needs to know, fixed for the life of the process.</summary>
/// <param name="BasePath">Where slots lie, with a slash at both ends; `/` for the whole server.</param>
/// <param name="Limits">How long and how much.</param>
/// <param name="Secrets">What slots are signed with.</param>
internal sealed record ServerSettings(string BasePath, UploadLimits Limits, SlotSecrets Secrets)
{
    /// <summary>Whose X-Forwarded-Proto is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>What connections may cost.</summary>
    public ConnectionLimits Connections { get; init; } = new(0, 0, TimeSpan.Zero);

    /// <summary>Whether tokens in headers count, and signatures in URLs.</summary>
    public JwtUse Jwt { get; init; } = JwtUse.Accepted;

    /// <summary>Who may upload to `/files/`.</summary>
    public IReadOnlyList<Secret> ApiTokens { get; init; } = [];

    /// <summary>True if everybody may upload to `/files/`: for a laboratory.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Product version, as `/.well-known/hmac-file-server` tells it.</summary>
    public static string Version { get; } = typeof(ServerSettings).Assembly.GetName().Version?.ToString(3) ?? "0";
}
