using System.Text.Json;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Networks;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Discovery;

/// <summary>`GET /.well-known/hmac-file-server`: what this server is and takes, for clients that know it.</summary>
internal sealed class WellKnownEndpoint(ServerSettings settings, Endpoints endpoints)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            await ErrorResponse.MethodNotAllowedAsync(context, "OPTIONS, HEAD, GET");
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "max-age=60";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("product", "HMAC File Server");
        json.WriteString("version", ServerSettings.Version);
        json.WriteString("base_path", settings.BasePath);
        json.WriteStartArray("protocols");
        json.WriteStringValue("slots");
        json.WriteStringValue("segments");
        json.WriteStringValue("tus");
        json.WriteStringValue("resumable-uploads");
        json.WriteEndArray();
        json.WriteStartObject("limits");
        json.WriteNumber("max_upload_size", settings.Limits.MaxUploadSize + UploadLimits.EncryptionOverhead);
        json.WriteNumber("session_timeout_seconds", (long)settings.Limits.SessionTimeout.TotalSeconds);
        json.WriteEndObject();
        endpoints.Write(json, context);
        ChunkAdvice.Write(json, settings.NetworkInterfaces);
        json.WriteEndObject();
        await json.FlushAsync();
    }
}
