using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[telemetry]`</summary>
public sealed record TelemetryOptions
{
    [SwitchOption("Answer /metrics (Prometheus text), to this machine and to whoever has an API token.")]
    public bool MetricsEnabled { get; init; } = true;

    [TextOption("Where to send the same metrics by OTLP, such as \"http://127.0.0.1:4317\"; empty for nowhere.", Optional = true)]
    public string? OtlpEndpoint { get; init; }
}
