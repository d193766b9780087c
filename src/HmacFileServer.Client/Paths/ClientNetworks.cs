using HmacFileServer.Client.Names;
using HmacFileServer.Client.Telemetry;
using HmacFileServer.Client.Traffic;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Paths;

/// <summary>What the transfers of one client share: the clock, the watch over the networks, and the limit of the rate.</summary>
internal sealed class ClientNetworks : IAsyncDisposable
{
    private readonly bool _ownsMonitor;
    private readonly IReadOnlyList<string> _only;

    /// <param name="options">How the client behaves.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="monitor">Watches the networks; null for the system's. One that is given is not disposed of.</param>
    public ClientNetworks(ClientOptions options, TimeProvider? time, INetworkMonitor? monitor)
    {
        ArgumentNullException.ThrowIfNull(options);
        Time = time ?? TimeProvider.System;
        _ownsMonitor = monitor is null;
        _only = options.OnlyInterfaces;
        Monitor = monitor ?? NetworkMonitor.Start(
            new MonitorOptions { NamedInterfaces = options.OnlyInterfaces, TypeOverrides = options.InterfaceTypes }, Time);
        Signals = options.Failover.Predictive ? new SignalWatch(options.ReadSignals ?? WirelessSignal.ReadAll, Time) : null;
        Names = new ServerNames(options, Monitor, Time, new NameServers());
        Limit = options.BandwidthLimit is { } rate ? new RateLimit(rate, Time) : null;
    }

    public TimeProvider Time { get; }

    public INetworkMonitor Monitor { get; }

    public ServerNames Names { get; }

    public ClientMetrics Metrics { get; } = new();

    /// <summary>How well wireless interfaces receive; null without prediction: then nobody asks.</summary>
    public SignalWatch? Signals { get; }

    /// <summary>Shared by all that the client transfers; null for no limit.</summary>
    public RateLimit? Limit { get; }

    /// <summary>Every interface that is named in the options exists. Fails with <see cref="UploadFailure.Usage"/>.</summary>
    public void CheckInterfaces()
    {
        if (_only.FirstOrDefault(n => Monitor.Current.All(i => i.Name != n)) is { } missing)
            throw new UploadFailedException(UploadFailure.Usage, $"There is no interface '{missing}'. 'hfs interfaces' lists what there is.");
    }

    public ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        return _ownsMonitor ? Monitor.DisposeAsync() : ValueTask.CompletedTask;
    }

    /// <summary>`active`, `suspect`, `standby` or `down`: the role of <see cref="PathReport"/>.</summary>
    public static string Role(PathPolicy policy, string path, bool isConnected) =>
        policy.Sending.Contains(path) ? "active" : policy.IsSuspect(path) ? "suspect" : isConnected ? "standby" : "down";
}
