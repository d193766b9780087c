using System.Text.Json;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Networks;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>
/// An upload as it goes, for whoever asks with `Accept: text/event-stream` (WHATWG HTML, server-sent events): `upload` events with the same
/// JSON as a plain GET, at most ten a second and at once when it is over; `switch` events when the server's preferred interface changes, with the
/// endpoints to come to. With `Accept: text/event-stream;events=switch` only these, and the end: a client on a metered network pays for no progress that it
/// knows itself. Observation only: it ends and delays nothing.
/// </summary>
internal sealed class UploadEventStream(UplinkWatch uplinks, Endpoints endpoints, ServerSettings settings, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    public const string MediaType = "text/event-stream";

    /// <summary>Streams of all uploads at once: each is a connection that is kept.</summary>
    private const int MostStreams = 1000;

    private const string SwitchesOnly = "events=switch";

    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Proxies end connections that are silent for a minute.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private int _open;

    public static bool IsAskedFor(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context, LiveUpload upload)
    {
        if (Interlocked.Increment(ref _open) > MostStreams)
        {
            Interlocked.Decrement(ref _open);
            await ErrorResponse.WriteAsync(context, UploadErrorCode.TooManyUploads);
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            context.Response.ContentType = MediaType;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
            await FollowAsync(context, upload, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has gone, or the server goes: both are the ordinary end of a stream.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext context, LiveUpload upload, CancellationToken cancellation)
    {
        var told = settings.Handoff.SwitchNotificationEnabled ? uplinks.LastSwitch : long.MaxValue;
        var isSwitchesOnly = context.Request.Headers.Accept.ToString().Contains(SwitchesOnly, StringComparison.OrdinalIgnoreCase);
        while (true)
        {
            var changed = upload.ChangedAsync(); // before it is read, so that no change is missed
            var switched = settings.Handoff.SwitchNotificationEnabled ? uplinks.ChangedAsync() : null;
            foreach (var change in uplinks.SwitchesAfter(told))
            {
                await WriteAsync(context, "switch", json => Write(json, context, change), cancellation);
                told = change.Number;
            }
            var progress = upload.Progress();
            var isOver = progress.State is UploadState.Complete or UploadState.Ended;
            if (isOver || !isSwitchesOnly)
                await WriteAsync(context, "upload", json => UploadJson.Write(json, upload.Record, progress, upload.Paths()), cancellation);
            await context.Response.Body.FlushAsync(cancellation);
            if (isOver)
                return;
            await RestAsync(switched, cancellation);
            while (!await ChangesAsync(changed, switched, cancellation))
            {
                await context.Response.WriteAsync(":\n\n", cancellation);
                await context.Response.Body.FlushAsync(cancellation);
            }
        }
    }

    /// <summary>Progress comes at most so often. A switch does not wait: what the client uses may be dead already.</summary>
    private async Task RestAsync(Task? switched, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var interval = Task.Delay(LeastInterval, clock, ending.Token);
        await Task.WhenAny(switched is null ? [interval] : [interval, switched]);
        await ending.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>True once something has changed; false after the time of a heartbeat.</summary>
    private async Task<bool> ChangesAsync(Task changed, Task? switched, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var heartbeat = Task.Delay(Heartbeat, clock, silence.Token);
        var first = await Task.WhenAny(switched is null ? [changed, heartbeat] : [changed, switched, heartbeat]);
        await silence.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first != heartbeat;
    }

    private void Write(Utf8JsonWriter json, HttpContext context, UplinkSwitch change)
    {
        json.WriteStartObject();
        json.WriteString("at", change.At);
        json.WriteString("from", change.From);
        json.WriteString("to", change.To);
        json.WriteString("reason", change.Reason.Name());
        json.WriteString("evidence", change.Evidence);
        endpoints.Write(json, context);
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, string name, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
            write(json);
        var response = context.Response;
        await response.WriteAsync($"event: {name}\ndata: ", cancellation);
        await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
        await response.WriteAsync("\n\n", cancellation);
    }
}
