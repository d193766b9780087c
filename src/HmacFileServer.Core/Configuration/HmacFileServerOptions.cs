using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>
/// Everything that can be configured, server and client alike. To add an option, add one property with its attribute and
/// its default to the record of its section: key, environment variable, parsing, checks, `check-config` and the
/// suggestions for mistyped keys all follow from it.
/// </summary>
public sealed record HmacFileServerOptions
{
    [Section("Where the server listens, and where it keeps what it receives.")]
    public ServerOptions Server { get; init; } = new();

    [Section("Who may upload.")]
    public SecurityOptions Security { get; init; } = new();

    [Section("How uploads are stored, and for how long.")]
    public UploadOptions Uploads { get; init; } = new();

    [Section("When an upload changes from one network to another.")]
    public NetworkResilienceOptions NetworkResilience { get; init; } = new();

    [Section("How each kind of network is used.")]
    public NetworkInterfacesOptions NetworkInterfaces { get; init; } = new();

    [Section("What happens while an upload changes networks.")]
    public HandoffOptions Handoff { get; init; } = new();

    [Section("What is counted, and who may read it.")]
    public TelemetryOptions Telemetry { get; init; } = new();

    [Section("What is learned of clients and their networks.")]
    public ClientOptimizationOptions ClientOptimization { get; init; } = new();
}
