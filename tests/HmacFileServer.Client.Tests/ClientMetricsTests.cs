using System.Diagnostics.Metrics;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Client.Telemetry;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Client.Tests;

/// <summary>What the client counts, as a listener sees it.</summary>
public sealed class ClientMetricsTests : IDisposable
{
    private readonly ClientMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _seen = [];

    public ClientMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _metrics.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Switches_by_reason_from_and_to_and_by_whose_side_changed()
    {
        _metrics.Switched(new PathSwitch(default, "wlan0", "wwan0", SwitchReason.InterfaceDown, default, 0, ""));
        _metrics.Switched(new PathSwitch(default, "eth0", "eth0", SwitchReason.Timeout, default, 0, "") { FromEndpoint = "198.18.1.1", ToEndpoint = "198.18.2.1" });
        Assert.Equal(1, _seen["hfs_client_switches_total reason=interface_down from=wlan0 to=wwan0 side=client"]);
        Assert.Equal(1, _seen["hfs_client_switches_total reason=timeout from=eth0 to=eth0 side=server"]);
    }

    [Fact]
    public void Bytes_by_direction_and_kind_and_what_was_sent_again()
    {
        _metrics.Uploaded(InterfaceType.Wifi, 5);
        _metrics.Uploaded(InterfaceType.Wifi, 6);
        _metrics.Resent(7);
        _metrics.Downloaded(new DownloadResult
        {
            Url = new Uri("http://h/"),
            FilePath = "f",
            Bytes = 3,
            Sha256 = "",
            IsVerified = true,
            Duration = default,
            ReceivedBytes = 3,
            HeldBytes = 0,
            LargestStall = default,
            Switches = [new PathSwitch(default, "eth0", "wwan0", SwitchReason.Timeout, default, 0, "")],
            Paths = [Report("wwan0", InterfaceType.Lte, 1, bytes: 3)],
        });
        Assert.Equal(11, _seen["hfs_client_bytes_total direction=upload type=wifi"]);
        Assert.Equal(3, _seen["hfs_client_bytes_total direction=download type=lte"]);
        Assert.Equal(7, _seen["hfs_client_resent_bytes_total"]);
        Assert.Equal(1, _seen["hfs_client_switches_total reason=timeout from=eth0 to=wwan0 side=client"]);
    }

    [Fact]
    public void Predictions_that_came_true_and_others()
    {
        _metrics.Predicted(true);
        _metrics.Predicted(true);
        _metrics.Predicted(false);
        Assert.Equal((2, 1), (_seen["hfs_client_profile_predictions_total outcome=hit"], _seen["hfs_client_profile_predictions_total outcome=miss"]));
    }

    [Fact]
    public async Task Transfers_by_how_they_end()
    {
        await _metrics.CountAsync("upload", () => Task.FromResult(1));
        await Assert.ThrowsAsync<IOException>(() => _metrics.CountAsync<int>("upload", () => throw new IOException()));
        await Assert.ThrowsAsync<OperationCanceledException>(() => _metrics.CountAsync<int>("download", () => throw new OperationCanceledException()));
        Assert.Equal(1, _seen["hfs_client_transfers_total direction=upload outcome=finished"]);
        Assert.Equal(1, _seen["hfs_client_transfers_total direction=upload outcome=failed"]);
        Assert.Equal(1, _seen["hfs_client_transfers_total direction=download outcome=cancelled"]);
    }

    [Fact]
    public void Quality_of_each_interface_once_whatever_the_number_of_transfers()
    {
        Assert.True(_metrics.WantsPaths);
        _metrics.Show("a", [Report("eth0", InterfaceType.Ethernet, 1.0, rate: 10), Report("wlan0", InterfaceType.Wifi, 0.25, role: "down")]);
        _metrics.Show("b", [Report("eth0", InterfaceType.Ethernet, 0.5, rate: 20)]);
        _listener.RecordObservableInstruments();
        Assert.Equal(0.75, _seen["hfs_client_interface_quality interface=eth0 type=ethernet"]);
        Assert.Equal(30, _seen["hfs_client_interface_bytes_per_second interface=eth0 type=ethernet"]);
        Assert.DoesNotContain(_seen.Keys, k => k.Contains("wlan0", StringComparison.Ordinal));
        _seen.Clear();
        _metrics.Forget("a");
        _metrics.Forget("b");
        _listener.RecordObservableInstruments();
        Assert.Empty(_seen);
    }

    private static PathReport Report(string name, InterfaceType type, double score, long bytes = 0, double rate = 0, string role = "active") =>
        new(name, type, bytes, 1, 0, TimeSpan.FromMilliseconds(10), 0, rate, role) { Quality = new PathQualitySnapshot { Score = score } };

    private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = name;
        foreach (var (tag, text) in tags)
            key += $" {tag}={text}";
        _seen[key] = _seen.GetValueOrDefault(key) + value;
    }
}
