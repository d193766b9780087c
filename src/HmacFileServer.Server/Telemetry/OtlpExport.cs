using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace HmacFileServer.Server.Telemetry;

/// <summary>Sends the metrics to an OpenTelemetry collector (OTLP over gRPC) every minute, and once more at the end.</summary>
internal sealed class OtlpExport(Uri collector) : IHostedService
{
    private MeterProvider? _provider;

    /// <summary>The address of a collector as configured; null for none.</summary>
    /// <exception cref="FormatException">It is not an http or https URL.</exception>
    public static Uri? Endpoint(string? configured)
    {
        if (string.IsNullOrEmpty(configured))
            return null;
        return Uri.TryCreate(configured, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"telemetry.otlp_endpoint: \"{configured}\" is no http or https URL, such as \"http://127.0.0.1:4317\".");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(ServerMetrics.MeterName)
            .AddOtlpExporter(options =>
            {
                options.Endpoint = collector;
                options.Protocol = collector.Port == 4318 ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.ForceFlush((int)TimeSpan.FromSeconds(2).TotalMilliseconds);
        _provider?.Dispose();
        return Task.CompletedTask;
    }
}
