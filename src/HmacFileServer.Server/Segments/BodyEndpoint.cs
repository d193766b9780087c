using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Segments;

/// <summary>Brings the body of an authorised PUT into its upload and answers.</summary>
internal sealed class BodyEndpoint(UploadEngine engine, ServerSettings settings)
{
    public async Task PutAsync(HttpContext context, LiveUpload upload, PutIntent intent)
    {
        var request = context.Request;
        var contentType = request.ContentType ?? upload.Record.ContentType;
        var outcome = await engine.ReceiveAsync(upload, intent.Claim, request.BodyReader, ClientNetworkHeader.Read(request), contentType);
        if (outcome.Error is UploadErrorCode.TakenOver or UploadErrorCode.BodyIncomplete)
        {
            // Its client is gone, or has gone on elsewhere: nobody reads an answer here.
            context.Abort();
            return;
        }
        if (outcome.File is { } file)
        {
            await CreatedAsync(context, file.Slot);
            return;
        }
        UploadHeaders.Write(context.Response, outcome.Progress);
        if (outcome.Error is { } error)
            await ErrorResponse.WriteAsync(context, error);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task CreatedAsync(HttpContext context, SlotPath slot)
    {
        var path = settings.BasePath + SlotUrl.EncodePath(slot);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = path;
        response.Headers["Upload-Complete"] = "?1";
        response.ContentType = "text/plain; charset=utf-8";
        var body = System.Text.Encoding.ASCII.GetBytes($"{RequestOrigin.Of(context, settings.TrustedProxies)}{path}\n");
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }
}
