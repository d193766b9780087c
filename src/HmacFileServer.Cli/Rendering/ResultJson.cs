using System.Text.Json;
using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Cli.Rendering;

/// <summary>The object that `hfs put --json` prints; its names are a contract.</summary>
internal static class ResultJson
{
    /// <param name="result">What happened.</param>
    /// <param name="what">The `event` of `--json-lines`; null without.</param>
    public static string Write(UploadResult result, string? what = null) => JsonText.Object(what, json =>
    {
        json.WriteString("url", result.Url.AbsoluteUri);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteString("sha256", result.Sha256);
        json.WriteNumber("seconds", Math.Round(result.Duration.TotalSeconds, 3));
        json.WriteNumber("sent_bytes", result.SentBytes);
        json.WriteNumber("resent_bytes", result.ResentBytes);
        json.WriteNumber("held_bytes", result.HeldBytes);
        json.WriteNumber("largest_stall_ms", Milliseconds(result.LargestStall));
        json.WriteNumber("false_alarms", result.FalseAlarms);
        json.WriteString("mode", result.Mode.ToString().ToLowerInvariant());
        json.WriteString("protocol", result.Protocol.ToString().ToLowerInvariant());
        json.WriteNumber("restarts", result.Restarts);
        Write(json, result.Switches, result.Paths);
    });

    /// <param name="result">What happened.</param>
    /// <param name="mode">As it was asked for.</param>
    /// <param name="what">The `event` of `--json-lines`; null without.</param>
    public static string Write(DownloadResult result, TransferMode mode, string? what = null) => JsonText.Object(what, json =>
    {
        json.WriteString("url", result.Url.AbsoluteUri);
        json.WriteString("file", result.FilePath);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteString("sha256", result.Sha256);
        json.WriteBoolean("verified", result.IsVerified);
        json.WriteNumber("seconds", Math.Round(result.Duration.TotalSeconds, 3));
        json.WriteNumber("received_bytes", result.ReceivedBytes);
        json.WriteNumber("held_bytes", result.HeldBytes);
        json.WriteNumber("largest_stall_ms", Milliseconds(result.LargestStall));
        json.WriteString("mode", mode.ToString().ToLowerInvariant());
        Write(json, result.Switches, result.Paths);
    });

    private static void Write(Utf8JsonWriter json, IReadOnlyList<PathSwitch> switches, IReadOnlyList<PathReport> paths)
    {
        json.WriteStartArray("switches");
        foreach (var change in switches)
            Write(json, change);
        json.WriteEndArray();
        json.WriteStartArray("paths");
        foreach (var path in paths)
            Write(json, path);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PathSwitch change)
    {
        json.WriteStartObject();
        Fields(json, change);
        json.WriteEndObject();
    }

    public static void Fields(Utf8JsonWriter json, PathSwitch change)
    {
        json.WriteNumber("at_ms", Milliseconds(change.At));
        json.WriteString("from", change.From);
        json.WriteString("to", change.To);
        if (change.FromEndpoint is not null)
            json.WriteString("from_endpoint", change.FromEndpoint);
        if (change.ToEndpoint is not null)
            json.WriteString("to_endpoint", change.ToEndpoint);
        json.WriteString("reason", change.Reason.Name());
        json.WriteNumber("detected_after_ms", Milliseconds(change.DetectedAfter));
        json.WriteNumber("in_flight_bytes", change.InFlightBytes);
        json.WriteString("evidence", change.Evidence);
    }

    private static void Write(Utf8JsonWriter json, PathReport path)
    {
        json.WriteStartObject();
        json.WriteString("interface", path.Interface);
        json.WriteString("type", path.Type.Name());
        if (path.Endpoint is not null)
            json.WriteString("endpoint", path.Endpoint);
        json.WriteNumber("bytes", path.Bytes);
        json.WriteNumber("segments", path.Segments);
        json.WriteNumber("failed_segments", path.FailedSegments);
        if (path.Rtt is { } rtt)
            json.WriteNumber("rtt_ms", Math.Round(rtt.TotalMilliseconds, 3));
        else
            json.WriteNull("rtt_ms");
        json.WriteNumber("loss_percent", Math.Round(path.LossPercent, 3));
        json.WriteNumber("buffer_bytes", path.Buffer);
        json.WriteNumber("chunk_bytes", path.Chunk);
        json.WriteNumber("largest_buffer_bytes", path.LargestBuffer);
        json.WriteNumber("largest_chunk_bytes", path.LargestChunk);
        if (path.Seed is { } seed)
        {
            json.WriteStartObject("profile");
            json.WriteNumber("bytes_per_second", (long)seed.Throughput);
            json.WriteNumber("buffer_bytes", seed.Buffer);
            json.WriteNumber("chunk_bytes", seed.Chunk);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Round(time.TotalMilliseconds);
}
