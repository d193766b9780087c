using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Telemetry;

/// <summary>
/// What a client counts of its networks. Labels are the names of this device's own interfaces and words of our own tables: nothing that a server sends
/// becomes one.
/// </summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter _meter = new(UploadClient.MeterName);
    private readonly Counter<long> _switches;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _resent;
    private readonly Counter<long> _predictions;
    private readonly Counter<long> _transfers;
    private readonly ObservableGauge<double> _quality;
    private readonly ConcurrentDictionary<object, IReadOnlyList<PathReport>> _running = new();

    public ClientMetrics()
    {
        _switches = _meter.CreateCounter<long>("hfs_client_switches_total", null, "Switches of running transfers, by reason, from and to; side is client for another interface, server for another address of the server.");
        _bytes = _meter.CreateCounter<long>("hfs_client_bytes_total", null, "File bytes that the server acknowledged, or gave, by direction and kind of network.");
        _resent = _meter.CreateCounter<long>("hfs_client_resent_bytes_total", null, "Body bytes of finished uploads that were handed to a socket more than once.");
        _predictions = _meter.CreateCounter<long>("hfs_client_profile_predictions_total", null, "Rates that profiles foretold: hit within a factor of two, else miss.");
        _transfers = _meter.CreateCounter<long>("hfs_client_transfers_total", null, "Transfers that ended, by direction and outcome: finished, failed or cancelled.");
        _quality = _meter.CreateObservableGauge("hfs_client_interface_quality", () => Measure(p => p.Quality?.Score, scores => scores.Average()), null, "0 to 1: stability, and the share of its usual rate, of each interface in use.");
        _meter.CreateObservableGauge("hfs_client_interface_rtt_seconds", () => Measure(p => p.Rtt?.TotalSeconds, times => times.Min()), "s", "Smoothed round trip over each interface in use.");
        _meter.CreateObservableGauge("hfs_client_interface_bytes_per_second", () => Measure(p => p.Rate, rates => rates.Sum()), null, "What each interface carries now.");
    }

    public Meter Meter => _meter;

    /// <summary>Somebody reads the gauges: what they show is worth its making.</summary>
    public bool WantsPaths => _quality.Enabled;

    public void Switched(PathSwitch change) => _switches.Add(1,
        new("reason", change.Reason.Name()), new("from", change.From), new("to", change.To), new("side", change.From == change.To ? "server" : "client"));

    public void Uploaded(InterfaceType type, long bytes) => Carried("upload", type, bytes);

    public void Downloaded(DownloadResult result)
    {
        foreach (var change in result.Switches)
            Switched(change);
        foreach (var path in result.Paths)
            Carried("download", path.Type, path.Bytes);
    }

    public void Resent(long bytes) => _resent.Add(bytes);

    public void Predicted(bool isHit) => _predictions.Add(1, new KeyValuePair<string, object?>("outcome", isHit ? "hit" : "miss"));

    /// <summary>Counts how a transfer ends, whichever way that is.</summary>
    public async Task<T> CountAsync<T>(string direction, Func<Task<T>> transfer)
    {
        var outcome = "failed";
        try
        {
            var result = await transfer();
            outcome = "finished";
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            _transfers.Add(1, new("direction", direction), new("outcome", outcome));
        }
    }

    /// <summary>The paths of a running transfer, as they are now.</summary>
    public void Show(object transfer, IReadOnlyList<PathReport> paths) => _running[transfer] = paths;

    public void Forget(object transfer) => _running.TryRemove(transfer, out _);

    public void Dispose() => _meter.Dispose();

    private void Carried(string direction, InterfaceType type, long bytes) => _bytes.Add(bytes, new("direction", direction), new("type", type.Name()));

    /// <summary>One value for each interface, whatever the number of transfers and of the server's addresses.</summary>
    private IEnumerable<Measurement<double>> Measure(Func<PathReport, double?> value, Func<IEnumerable<double>, double> fold) =>
        from path in _running.Values.SelectMany(paths => paths)
        where path.Role != "down" && value(path) is not null
        group value(path)!.Value by (path.Interface, path.Type) into values
        select new Measurement<double>(fold(values), new("interface", values.Key.Interface), new("type", values.Key.Type.Name()));
}
