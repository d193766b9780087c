using System.Text.Json;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>
/// How an upload stands, as JSON: <c>{"id","state","length","offset","received":[[first,last],...],"received_bytes","duplicate_bytes",
/// "created","last_activity","writers","paths":[{"interface","type","bytes"}]}</c>. Ranges are inclusive at both ends, as in
/// Content-Range; times are ISO 8601 in UTC; length is null while deferred. Reading it ends and delays nothing.
/// </summary>
internal static class UploadJson
{
    public const string MediaType = "application/json";

    /// <summary>True if the request asks for JSON by name; a browser's `*/*` is not meant.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase);

    public static async Task WriteAsync(HttpContext context, LiveUpload upload)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(json, upload.Record, upload.Progress(), upload.Paths());
        await json.FlushAsync();
    }

    public static void Write(Utf8JsonWriter json, UploadRecord record, UploadProgress progress, UsedPath[] paths)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id.ToString());
        json.WriteString("state", StateName(progress.State));
        if (progress.Length is { } length)
            json.WriteNumber("length", length);
        else
            json.WriteNull("length");
        json.WriteNumber("offset", progress.Offset);
        json.WriteStartArray("received");
        foreach (var range in progress.Received)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.Start);
            json.WriteNumberValue(range.End - 1);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteNumber("received_bytes", progress.ReceivedBytes);
        json.WriteNumber("duplicate_bytes", progress.DuplicateBytes);
        json.WriteString("created", record.Created);
        json.WriteString("last_activity", progress.LastActivity);
        json.WriteNumber("writers", progress.Writers);
        json.WriteStartArray("paths");
        foreach (var path in paths)
        {
            json.WriteStartObject();
            json.WriteString("interface", path.Interface);
            json.WriteString("type", path.Type);
            json.WriteNumber("bytes", path.Bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string StateName(UploadState state) => state switch
    {
        UploadState.Receiving => "receiving",
        UploadState.Finishing => "finishing",
        UploadState.Complete => "complete",
        _ => "ended",
    };
}
