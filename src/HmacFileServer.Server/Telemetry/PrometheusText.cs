using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace HmacFileServer.Server.Telemetry;

/// <summary>
/// The state of all instruments of some meters, as text that Prometheus reads (exposition format 0.0.4). Counts by a <see cref="MeterListener"/>, so what is
/// measured knows nothing of who reads it; OTLP reads the same meters.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Upper bounds of a histogram's buckets, seconds.</summary>
    private static readonly double[] Bounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3600];

    /// <summary>More series than this of one instrument are not kept: a label that takes any value would be a leak.</summary>
    private const int MostSeries = 1000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _series = [];

    /// <param name="meters">The meters to read; these, and not others of the same name: a process may hold several servers.</param>
    public PrometheusText(params Meter[] meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!meters.Contains(instrument.Meter))
                return;
            _series.TryAdd(instrument, []);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>Asks the gauges, and writes everything down.</summary>
    public string Read()
    {
        foreach (var (instrument, series) in _series)
        {
            if (instrument.IsObservable)
                series.Clear(); // a label that is no longer reported is gone
        }
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _series.OrderBy(s => s.Key.Name, StringComparer.Ordinal))
            Write(text, instrument, series);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!_series.TryGetValue(instrument, out var all))
            return;
        var key = Labels(labels);
        if (!all.TryGetValue(key, out var series))
        {
            if (all.Count >= MostSeries)
                return;
            series = all.GetOrAdd(key, _ => new Series(Kind(instrument) == "histogram" ? Bounds.Length : 0));
        }
        series.Take(value, instrument.IsObservable);
    }

    private static void Write(StringBuilder text, Instrument instrument, ConcurrentDictionary<string, Series> all)
    {
        var kind = Kind(instrument);
        Line(text, $"# HELP {instrument.Name} {Escape(instrument.Description ?? "", quotes: false)}");
        Line(text, $"# TYPE {instrument.Name} {kind}");
        foreach (var (labels, series) in all.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (kind == "histogram")
                WriteHistogram(text, instrument.Name, labels, series);
            else
                Line(text, $"{instrument.Name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {series.Sum:R}");
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, Series series)
    {
        var (counts, count, sum) = series.Read();
        var before = labels.Length > 0 ? labels + "," : "";
        for (var i = 0; i < Bounds.Length; i++)
            Line(text, $"{name}_bucket{{{before}le=\"{Bounds[i]:R}\"}} {counts[i]}");
        Line(text, $"{name}_bucket{{{before}le=\"+Inf\"}} {count}");
        var own = labels.Length > 0 ? $"{{{labels}}}" : "";
        Line(text, $"{name}_sum{own} {sum:R}");
        Line(text, $"{name}_count{own} {count}");
    }

    private static string Kind(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>))
            return "counter";
        return definition == typeof(Histogram<>) ? "histogram" : "gauge";
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
        return text.ToString();
    }

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>One combination of labels.</summary>
    private sealed class Series(int buckets)
    {
        private readonly Lock _gate = new(); // guards all below
        private readonly long[] _counts = new long[buckets];
        private long _count;
        private double _sum;

        public double Sum
        {
            get
            {
                lock (_gate) return _sum;
            }
        }

        public void Take(double value, bool replaces)
        {
            lock (_gate)
            {
                _count++;
                _sum = replaces ? value : _sum + value;
                for (var i = 0; i < _counts.Length; i++)
                    _counts[i] += value <= Bounds[i] ? 1 : 0;
            }
        }

        public (long[] Counts, long Count, double Sum) Read()
        {
            lock (_gate) return ([.. _counts], _count, _sum);
        }
    }
}
