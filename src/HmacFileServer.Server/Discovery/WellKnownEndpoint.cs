using System.Text.Json;
using HmacFileServer.Core.Networks;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Networks;
using HmacFileServer.Server.Profiles;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Discovery;

/// <summary>`GET /.well-known/hmac-file-server`: what this server is and takes, for clients that know it.</summary>
internal sealed class WellKnownEndpoint(ServerSettings settings, Endpoints endpoints, ClientProfiles profiles, ClientIdentity identities)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            await ErrorResponse.MethodNotAllowedAsync(context, "OPTIONS, HEAD, GET");
            return;
        }
        var client = profiles.IsOn ? identities.Of(context, ClientNetworkHeader.Read(context.Request)) : null;
        var preferred = profiles.Preferred(client);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = preferred is null ? "max-age=60" : "private, max-age=60";
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
        ChunkAdvice.Write(json, settings.NetworkInterfaces, type => profiles.Find(client, type));
        if (preferred is { Type: not InterfaceType.Unknown })
            json.WriteString("preferred_network", preferred.Network);
        json.WriteEndObject();
        await json.FlushAsync();
    }
}
