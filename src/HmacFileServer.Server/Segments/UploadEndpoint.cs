using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>`/uploads/{id}`: an upload by its id, which is the right to go on with it.</summary>
internal sealed class UploadEndpoint(UploadEngine engine, UploadEnd ends, BodyEndpoint bodies, UploadEventStream events, ServerSettings settings)
{
    private const string Allowed = "OPTIONS, HEAD, GET, PUT, PATCH, DELETE";

    public Task HandleAsync(HttpContext context, UploadId id)
    {
        if (!engine.TryFind(id, out var upload))
            return FinishedAsync(context, id);
        return context.Request.Method switch
        {
            "HEAD" => HeadAsync(context, upload),
            "GET" => GetAsync(context, upload),
            "PUT" => PutAsync(context, upload),
            _ => ErrorResponse.MethodNotAllowedAsync(context, Allowed),
        };
    }

    /// <summary>True if the request asks how an upload stands, and not for a file.</summary>
    public static bool IsAskedToShow(HttpRequest request) => UploadJson.IsAskedFor(request) || UploadEventStream.IsAskedFor(request);

    /// <summary>What an upload looks like: once, or as events while it goes on. Also for the slot URL.</summary>
    public Task GetAsync(HttpContext context, LiveUpload upload) =>
        UploadEventStream.IsAskedFor(context.Request) ? events.HandleAsync(context, upload) : UploadJson.WriteAsync(context, upload);

    /// <summary>The true offset, once what was in hand is stored. The upload may become a file by this very question; then the answer says where it is.</summary>
    private async Task HeadAsync(HttpContext context, LiveUpload upload)
    {
        var outcome = await engine.InspectAsync(upload);
        if (outcome.Progress.State == UploadState.Complete)
            await FinishedAsync(context, upload.Id);
        else
            UploadHeaders.Write(context.Response, outcome.Progress);
    }

    private Task PutAsync(HttpContext context, LiveUpload upload)
    {
        if (PutIntent.Read(context.Request, out var intent) is { } error)
            return ErrorResponse.WriteAsync(context, error);
        return bodies.PutAsync(context, upload, intent);
    }

    private async Task FinishedAsync(HttpContext context, UploadId id)
    {
        if (await ends.FindFileAsync(context, id) is not { File: var file })
            return;
        context.Response.Headers.Location = settings.BasePath + SlotUrl.EncodePath(file.Slot);
        context.Response.Headers.CacheControl = "no-store";
        UploadHeaders.WriteComplete(context.Response, file.Length);
        if (context.Request.Method is not ("HEAD" or "GET"))
            await ErrorResponse.WriteAsync(context, UploadErrorCode.AlreadyComplete);
    }
}
