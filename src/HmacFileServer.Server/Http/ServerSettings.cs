using System.Net;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Platform;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Http;

/// <summary>What the HTTP side needs to know, fixed for the life of the process; but who is believed, see <see cref="CurrentAuthority"/>, may be read again.</summary>
/// <param name="BasePath">Where slots lie, with a slash at both ends; `/` for the whole server.</param>
/// <param name="Limits">How long and how much.</param>
/// <param name="Secrets">What slots are signed with.</param>
internal sealed record ServerSettings(string BasePath, UploadLimits Limits, SlotSecrets Secrets)
{
    /// <summary>Whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>What connections may cost.</summary>
    public ConnectionLimits Connections { get; init; } = new(0, 0, TimeSpan.Zero);

    /// <summary>Whether tokens in headers count, and signatures in URLs.</summary>
    public JwtUse Jwt { get; init; } = JwtUse.Accepted;

    /// <summary>Who may upload to `/files/`.</summary>
    public IReadOnlyList<Secret> ApiTokens { get; init; } = [];

    /// <summary>True if everybody may upload to `/files/`: for a laboratory.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Whether `/metrics` answers.</summary>
    public bool MetricsEnabled { get; init; } = true;

    /// <summary>Where the metrics are sent by OTLP; null for nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Whether clients are told the addresses of this machine's interfaces.</summary>
    public bool AnnounceInterfaces { get; init; }

    /// <summary>Whether running uploads are told of a change of the server's interface (`switch_notification_enabled`).</summary>
    public HandoffOptions Handoff { get; init; } = new();

    /// <summary>Bytes of every connection's receive buffer; 0 for one that follows the connection.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>Whether what worked best for a client is remembered.</summary>
    public ClientOptimizationOptions ClientOptimization { get; init; } = new();

    /// <summary>The database of client profiles; null to keep them in memory only.</summary>
    public string? ProfilesPath { get; init; }

    /// <summary>Where it is written how changes of the system's routes are undone; null to change none.</summary>
    public string? RouteJournalPath { get; init; }

    /// <summary>How the server's own interfaces are watched.</summary>
    public NetworkResilienceOptions NetworkResilience { get; init; } = new();

    /// <summary>Starts what watches the server's interfaces; null for the monitor of the machine.</summary>
    public Func<INetworkMonitor>? StartMonitor { get; init; }

    /// <summary>The priority of each kind of network.</summary>
    public NetworkInterfacesOptions NetworkInterfaces { get; init; } = new();

    /// <summary>True if the request came through one of the trusted proxies: the addresses of this machine's interfaces are not the client's way here.</summary>
    public bool IsBehindProxy(HttpContext context) => ClientAddress.IsTrusted(context.Connection.RemoteIpAddress, TrustedProxies);

    /// <summary>Who is believed at the start.</summary>
    public Authority Authority(TimeProvider clock) => new(Secrets, Jwt, ApiTokens, AllowAnonymous, clock);

    /// <summary>Product version, as `/.well-known/hmac-file-server` tells it.</summary>
    public static string Version { get; } = typeof(ServerSettings).Assembly.GetName().Version?.ToString(3) ?? "0";
}
