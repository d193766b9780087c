using System.Net;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Telemetry;

/// <summary>
/// `GET /metrics`: for a Prometheus on this machine, or with an API token from elsewhere. A request that came through a proxy on this machine is not
/// from this machine, whatever its address says.
/// </summary>
internal sealed class MetricsEndpoint(PrometheusText text, ApiAuthorizer authorizer, ServerSettings settings)
{
    private static readonly string[] ProxyMarks = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];

    public async Task HandleAsync(HttpContext context)
    {
        if (!settings.MetricsEnabled)
        {
            await ErrorResponse.WriteAsync(context, UploadErrorCode.NotFound);
            return;
        }
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            await ErrorResponse.MethodNotAllowedAsync(context, "OPTIONS, HEAD, GET");
            return;
        }
        if (!IsLocal(context) && authorizer.CheckOperator(context) is { } refused)
        {
            await ErrorResponse.WriteAsync(context, refused);
            return;
        }
        context.Response.ContentType = PrometheusText.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text.Read());
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !ProxyMarks.Any(context.Request.Headers.ContainsKey);
}
