using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Probes;
using HmacFileServer.Platform;

namespace HmacFileServer.Client;

/// <summary>How the client behaves. Immutable; every value has a default.</summary>
public sealed record ClientOptions
{
    /// <summary>The bounds of the switching policy.</summary>
    public FailoverOptions Failover { get; init; } = new();

    /// <summary>Sizes and priority of each kind of network.</summary>
    public NetworkInterfacesOptions Interfaces { get; init; } = new();

    /// <summary>`interface_priority`: names in the order of preference, before all that are not named.</summary>
    public IReadOnlyList<string> InterfacePriority { get; init; } = [];

    /// <summary>Only these interfaces are used; empty for all that are found.</summary>
    public IReadOnlyList<string> OnlyInterfaces { get; init; } = [];

    /// <summary>`force_interface`: this one carries the upload whenever it is usable; null for the policy's choice.</summary>
    public string? ForceInterface { get; init; }

    /// <summary>Interfaces whose kind the system does not tell (satellite, 5g), by name.</summary>
    public IReadOnlyDictionary<string, InterfaceType> InterfaceTypes { get; init; } = new Dictionary<string, InterfaceType>();

    /// <summary>
    /// `loss_tolerant_congestion_control`: a connection that loses segments beside a short queue, or whose round trip is 150 ms or more, goes on with bbr, where the system has
    /// and allows it.
    /// </summary>
    public bool LossTolerantCongestionControl { get; init; } = true;

    /// <summary>The options that a configuration file gives, with everything else at its default.</summary>
    public static ClientOptions From(HmacFileServerOptions configuration) => new()
    {
        Failover = FailoverOptions.From(configuration),
        Resilient = configuration.NetworkResilience.Enabled,
        MultiInterface = configuration.NetworkResilience.MultiInterfaceEnabled,
        FollowServer = configuration.NetworkResilience.Enabled && configuration.Handoff.SwitchNotificationEnabled,
        ChunkRetry = configuration.Handoff.ChunkRetryOnSwitch,
        Learning = configuration.ClientOptimization.Enabled,
        InterfaceTypes = configuration.NetworkResilience.InterfaceTypes.ToDictionary(t => t.Interface, t => t.Type),
        Interfaces = configuration.NetworkInterfaces,
        InterfacePriority = configuration.NetworkResilience.InterfacePriority,
        ForceInterface = configuration.NetworkResilience.ForceInterface,
        LossTolerantCongestionControl = configuration.NetworkResilience.LossTolerantCongestionControl,
    };

    /// <summary>`network_resilience.enabled`: when false the system routes every connection as it likes, and nothing is switched.</summary>
    public bool Resilient { get; init; } = true;

    /// <summary>`multi_interface_enabled`: when false only the interface of the default route is used, whichever that is at the time.</summary>
    public bool MultiInterface { get; init; } = true;

    /// <summary>
    /// `switch_notification_enabled`: the server is asked for its other addresses, and listened to for changes of them, so that an upload goes on there when
    /// one falls. When false only the URL's own host name counts.
    /// </summary>
    public bool FollowServer { get; init; } = true;

    /// <summary>`chunk_retry_on_switch`: when false an upload ends with an error where bytes would have to be sent again.</summary>
    public bool ChunkRetry { get; init; } = true;

    /// <summary>`client_optimization.enabled`: what networks did is remembered in <see cref="State"/>, and seeds the next upload.</summary>
    public bool Learning { get; init; } = true;

    /// <summary>How often idle connections are asked for a sign of life, and what that may cost.</summary>
    public ProbeOptions Probes { get; init; } = new();

    /// <summary>An upload without any progress for this long fails; what the server has stays there.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A stable random name of this device, sent with `Client-Network`; it tunes and never authorises.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>Is told every event and decision in words, as they happen, on the upload's own loop; null for nobody. No secrets are in it.</summary>
    public Action<TimeSpan, string>? Trace { get; init; }

    /// <summary>Replaces the system's certificate check, for tests and private authorities; null for the system's.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>Certificates that are trusted instead of the system's (`--cacert`); empty for the system's.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; init; } = [];

    /// <summary>
    /// Sent with every request, name and value, `Authorization` among them. They go to the origin that was asked for and to no other,
    /// wherever a server says that an upload is.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The proxies on the way.</summary>
    public ProxySettings Proxies { get; init; } = ProxySettings.None;

    /// <summary>All transfers of the client together, in bytes per second; null for no limit.</summary>
    public long? BandwidthLimit { get; init; }

    /// <summary>
    /// In <see cref="TransferMode.Auto"/>: this many bytes of an upload may go over metered paths beside unmetered ones; 0 for metered
    /// paths only where there is no other.
    /// </summary>
    public long MeteredLimit { get; init; }

    /// <summary>How what the server stored is compared with the file.</summary>
    public UploadChecksum Checksum { get; init; } = UploadChecksum.Crc32C;

    /// <summary>How often an upload that failed on the server's side, or for want of a path, is taken up again before that is told; 0 for never.</summary>
    public int Retries { get; init; }

    /// <summary>Where unfinished uploads are kept, so that another process can go on; null for nowhere.</summary>
    public StateFolder? State { get; init; }

    /// <summary>
    /// Says how well each wireless interface receives, for the prediction; null for what the system says. Called once a second at most, from any thread, and
    /// never without <see cref="FailoverOptions.Predictive"/>.
    /// </summary>
    public Func<IReadOnlyList<WirelessSignal>>? ReadSignals { get; init; }

    /// <summary>
    /// Each interface asks the name servers that it was told of for the server's addresses, beside what the system's resolver says. False for the system's alone; so it is
    /// where <see cref="Resolve"/> is given, and without <see cref="MultiInterface"/>.
    /// </summary>
    public bool InterfaceResolvers { get; init; } = true;

    /// <summary>Looks a name up; null for the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>>? Resolve { get; init; }
}
