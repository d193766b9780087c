using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Health;

/// <summary>`/ping`, `/health/live` and `/health/ready`.</summary>
internal sealed class HealthEndpoint(Readiness readiness, CurrentAuthority authority)
{
    /// <summary>The probe of clients: no body, no log, and a header by which a captive portal gives itself away: it has none.</summary>
    public static Task PingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Server"] = "hmac-file-server";
        return Task.CompletedTask;
    }

    public static Task LiveAsync(HttpContext context) => TextAsync(context, StatusCodes.Status200OK, "live\n");

    public Task ReadyAsync(HttpContext context) => readiness.IsReady
        ? TextAsync(context, StatusCodes.Status200OK, authority.Now.AllowAnonymous ? "ready\nwarning: allow_anonymous is on, everybody may upload to /files/\n" : "ready\n")
        : TextAsync(context, StatusCodes.Status503ServiceUnavailable, "starting or stopping\n");

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }
}
