using System.Diagnostics.Metrics;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Telemetry;

/// <summary>
/// What the server counts. Names follow Prometheus; labels have few values, all from our own tables: nothing that a client sends becomes a label as it
/// stands, so no client can make series without end.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "HmacFileServer.Server";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _begun;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _resumedBytes;
    private readonly Counter<long> _received;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _switches;
    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _seconds;

    public ServerMetrics()
    {
        _begun = _meter.CreateCounter<long>("hfs_uploads_begun_total", null, "Uploads that were begun.");
        _finished = _meter.CreateCounter<long>("hfs_uploads_finished_total", null, "Files that were completed and published.");
        _ended = _meter.CreateCounter<long>("hfs_uploads_ended_total", null, "Uploads that ended without a file, by why: abandoned or cancelled.");
        _resumed = _meter.CreateCounter<long>("hfs_uploads_resumed_total", null, "Requests that went on with an upload that nobody had written to for a second.");
        _resumedBytes = _meter.CreateCounter<long>("hfs_resumed_bytes_total", null, "Bytes that were held when an upload was resumed, and so were not sent again.");
        _received = _meter.CreateCounter<long>("hfs_received_bytes_total", null, "Body bytes taken in, by the client's kind of network where it says so.");
        _duplicates = _meter.CreateCounter<long>("hfs_duplicate_bytes_total", null, "Body bytes that came although they were held.");
        _takeovers = _meter.CreateCounter<long>("hfs_takeovers_total", null, "Requests that were ended by a newer one for the same bytes.");
        _errors = _meter.CreateCounter<long>("hfs_upload_errors_total", null, "Requests for uploads that failed, by the row of the error table.");
        _switches = _meter.CreateCounter<long>("hfs_interface_switches_total", null, "Changes of the server's own preferred interface, by reason, from and to.");
        _predictions = _meter.CreateCounter<long>("hfs_client_profile_predictions_total", null, "Rates of clients' networks that were predicted from a profile: hit if within a factor of two of what came.");
        _seconds = _meter.CreateHistogram<double>("hfs_upload_seconds", "s", "From the beginning of an upload to its file, by the kinds of network that its bytes came over.");
    }

    public Meter Meter => _meter;

    /// <summary>Adds a gauge that is asked when somebody reads the metrics.</summary>
    public void Observe(string name, string description, Func<long> read) => _meter.CreateObservableGauge(name, read, null, description);

    /// <summary>Adds a gauge with labels.</summary>
    public void Observe(string name, string description, Func<IEnumerable<Measurement<double>>> read) => _meter.CreateObservableGauge(name, read, null, description);

    /// <summary>Adds a gauge that has no value at times.</summary>
    public void ObserveRatio(string name, string description, Func<double?> read) =>
        _meter.CreateObservableGauge(name, () => read() is { } value ? new[] { new Measurement<double>(value) } : [], null, description);

    public void Begun() => _begun.Add(1);

    /// <param name="seconds">From the upload's beginning.</param>
    /// <param name="types">The kinds of network that its bytes came over.</param>
    public void Finished(double seconds, IEnumerable<string?> types)
    {
        var kinds = string.Join('+', types.Select(TypeLabel).Distinct().Order(StringComparer.Ordinal));
        _finished.Add(1, new KeyValuePair<string, object?>("types", kinds));
        _seconds.Record(seconds, new KeyValuePair<string, object?>("types", kinds));
    }

    public void Ended(string why) => _ended.Add(1, new KeyValuePair<string, object?>("why", why));

    public void Resumed(long held)
    {
        _resumed.Add(1);
        _resumedBytes.Add(held);
    }

    public void Received(string? type, long bytes) => _received.Add(bytes, new KeyValuePair<string, object?>("type", TypeLabel(type)));

    public void Duplicates(long bytes) => _duplicates.Add(bytes);

    public void TakenOver(WriterKind kind) => _takeovers.Add(1, new KeyValuePair<string, object?>("kind", Lower(kind.ToString())));

    public void Failed(UploadErrorCode code) => _errors.Add(1, new KeyValuePair<string, object?>("error", Lower(code.ToString())));

    public void Switched(string? from, string to, SwitchReason reason) => _switches.Add(
        1, new KeyValuePair<string, object?>("from", from ?? ""), new KeyValuePair<string, object?>("to", to), new KeyValuePair<string, object?>("reason", reason.Name()));

    public void Predicted(bool isHit) => _predictions.Add(1, new KeyValuePair<string, object?>("result", isHit ? "hit" : "miss"));

    public void Dispose() => _meter.Dispose();

    private static string TypeLabel(string? type) => InterfaceTypeNames.ParseOrUnknown(type).Name();

    private static string Lower(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
