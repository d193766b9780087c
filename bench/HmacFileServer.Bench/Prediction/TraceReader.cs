using System.Globalization;
using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Bench.Prediction;

/// <summary>Reads the traces. Only seconds in which a test filled the link are taken: elsewhere a low rate is the application's.</summary>
internal static class TraceReader
{
    /// <summary>The tests of FjordLink last 31 s; the first and last second are partly outside.</summary>
    private const int TestSeconds = 30;

    public static List<LinkRun> ReadAll(string folder)
    {
        var runs = new List<LinkRun>();
        Autobahn(Path.Combine(folder, "starlink-autobahn", "throughput_autobahn.csv"), runs);
        foreach (var file in Files(folder, "fjordlink", "5g_router_*.csv"))
        {
            foreach (var (direction, column) in new[] { ("up", "tx_mbps"), ("down", "rx_mbps") })
                Tests(Read(file), "5g", file, direction, column, row => Sample(row, column, signal: "rsrp_dbm"), runs);
        }
        foreach (var file in Files(folder, "fjordlink", "starlink_*.csv"))
        {
            foreach (var (direction, column) in new[] { ("up", "uplink_mbps"), ("down", "downlink_mbps") })
                Tests(Read(file), Name(file), file, direction, column, row => Sample(row, column, rtt: "pop_ping_latency_ms", loss: "pop_ping_drop_rate"), runs);
        }
        foreach (var file in Files(folder, "solis-wifi", "wifi_*.txt"))
        {
            var seconds = File.ReadLines(file).Select(l => new LinkSample { Rate = Number(l.Split('\t')[1]) }).ToList();
            runs.Add(new LinkRun(Name(file), Name(file), seconds));
        }
        return runs;
    }

    private static void Autobahn(string file, List<LinkRun> runs)
    {
        foreach (var (direction, time, rate) in new[] { ("up", "timestamp_ul_utc", "upload_mbps"), ("down", "timestamp_dl_utc", "download_mbps") })
        {
            var run = new List<LinkSample>();
            DateTime? last = null;
            foreach (var row in Read(file))
            {
                var at = DateTime.Parse(row[time], CultureInfo.InvariantCulture);
                if (last is { } before && at - before > TimeSpan.FromSeconds(3))
                    Flush();
                last = at;
                run.Add(new LinkSample { Rate = Number(row[rate]) });
            }
            Flush();

            void Flush()
            {
                runs.Add(new LinkRun($"{Name(file)} {direction}", Name(file), run));
                run = [];
            }
        }
    }

    /// <summary>A test begins with the first second above 5 Mbit/s after ten quiet ones.</summary>
    private static void Tests(
        List<Dictionary<string, string>> rows, string group, string file, string direction, string column,
        Func<Dictionary<string, string>, LinkSample> sample, List<LinkRun> runs)
    {
        var quiet = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (Number(rows[i][column]) <= 5)
            {
                quiet++;
                continue;
            }
            if (quiet >= 10 && i + TestSeconds <= rows.Count)
            {
                // Silence up to the end of the test cannot be told from a test that ended early: it is left out.
                var seconds = rows.Skip(i + 1).Take(TestSeconds - 2).Select(sample).ToList();
                while (seconds.Count > 0 && seconds[^1].Rate <= 5)
                    seconds.RemoveAt(seconds.Count - 1);
                runs.Add(new LinkRun($"{Name(file)} {direction}", group, seconds));
                i += TestSeconds;
            }
            quiet = 0;
        }
    }

    private static LinkSample Sample(Dictionary<string, string> row, string rate, string? signal = null, string? rtt = null, string? loss = null) => new()
    {
        Rate = Number(row[rate]) is var r && double.IsNaN(r) ? 0 : r,
        SignalDbm = signal is null ? double.NaN : Number(row[signal]),
        RttMilliseconds = rtt is null ? double.NaN : Number(row[rtt]),
        LossPercent = loss is null ? double.NaN : 100 * Number(row[loss]),
    };

    private static List<Dictionary<string, string>> Read(string file)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        lines.MoveNext();
        var header = lines.Current.Split(',');
        var rows = new List<Dictionary<string, string>>();
        while (lines.MoveNext())
            rows.Add(header.Zip(lines.Current.Split(',')).ToDictionary(p => p.First, p => p.Second));
        return rows;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static string Name(string file) => Path.GetFileNameWithoutExtension(file);

    private static IEnumerable<string> Files(string folder, string source, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(folder, source), pattern).Order(StringComparer.Ordinal);
}
