using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Discovery;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Health;
using HmacFileServer.Server.Profiles;
using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Slots;
using HmacFileServer.Server.Telemetry;
using HmacFileServer.Server.Tus;
using Microsoft.AspNetCore.Http.Features;

namespace HmacFileServer.Server.Http;

/// <summary>
/// Sends each request to its endpoint by the request target as it stood on the wire: the framework's decoded path has lost
/// the difference that MACs and file names depend on.
/// </summary>
internal sealed class Dispatcher(
    RequestTargetParser targets,
    SlotEndpoint slots,
    UploadEndpoint uploads,
    FilesEndpoint files,
    TusEndpoint tus,
    TusCreationEndpoint tusCreation,
    ResumableEndpoint resumable,
    ResumableCreationEndpoint resumableCreation,
    WellKnownEndpoint wellKnown,
    HealthEndpoint health,
    MetricsEndpoint metrics,
    ServerMetrics counts,
    RequestLearning learning,
    ServerSettings settings,
    ILogger<Dispatcher> logger)
{
    private const string UploadsPrefix = "/uploads/";

    public async Task HandleAsync(HttpContext context)
    {
        var use = learning.Begin(context);
        var isHandled = false;
        try
        {
            await RouteAsync(context);
            isHandled = true;
        }
        catch (UploadException ex) when (!context.Response.HasStarted)
        {
            await ErrorResponse.WriteAsync(context, ex.Error.Code);
        }
        catch (BadHttpRequestException ex) when (!context.Response.HasStarted)
        {
            await ErrorResponse.WriteAsync(context, ex.StatusCode, ex.Message);
        }
        catch (Exception ex) when (ex is not (OperationCanceledException or IOException))
        {
            HttpLog.Failed(logger, context.Request.Method, ex);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await ErrorResponse.WriteAsync(context, UploadErrorCode.InternalFault);
        }
        finally
        {
            if (isHandled)
                use?.End(context);
            else
                use?.Leave();
            if (ErrorResponse.Of(context) is { } code)
                Count(context, code);
        }
    }

    private void Count(HttpContext context, UploadErrorCode code)
    {
        counts.Failed(code);
        // With the address, so that a firewall can be told of those who guess.
        if (code is UploadErrorCode.WrongToken or UploadErrorCode.WrongBearer)
            HttpLog.Refused(logger, ClientAddress.Of(context, settings.TrustedProxies), code);
    }

    private async Task RouteAsync(HttpContext context)
    {
        CrossOrigin.Allow(context.Response);
        var isTus = TusRequest.IsTus(context.Request);
        if (isTus && !await TusRequest.BeginAsync(context))
            return;
        if (HttpMethods.IsOptions(context.Request.Method))
            await CrossOrigin.PreflightAsync(context, settings.Limits);
        else
            await RouteAsync(context, isTus);
    }

    private Task RouteAsync(HttpContext context, bool isTus)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = PathOf(target);
        switch (path)
        {
            case "/ping":
                return HealthEndpoint.PingAsync(context);
            case "/health/live":
                return HealthEndpoint.LiveAsync(context);
            case "/health/ready":
                return health.ReadyAsync(context);
            case "/.well-known/hmac-file-server":
                return wellKnown.HandleAsync(context);
            case "/metrics":
                return metrics.HandleAsync(context);
            case FilesEndpoint.Path:
                return files.HandleAsync(context);
        }
        if (path.StartsWith(UploadsPrefix, StringComparison.Ordinal) && UploadId.TryParse(path[UploadsPrefix.Length..].ToString(), out var id))
            return RouteUploadAsync(context, id, isTus);
        var parsed = targets.Parse(target);
        if (!parsed.IsValid)
            return ErrorResponse.WriteAsync(context, parsed.Error);
        if (isTus && HttpMethods.IsPost(context.Request.Method))
            return tusCreation.OnSlotAsync(context, parsed.Target);
        return ResumableRequest.IsCreation(context.Request) ? resumableCreation.OnSlotAsync(context, parsed.Target) : slots.HandleAsync(context, parsed.Target);
    }

    private Task RouteUploadAsync(HttpContext context, UploadId id, bool isTus)
    {
        if (isTus && !HttpMethods.IsGet(context.Request.Method))
            return tus.HandleAsync(context, id);
        return ResumableRequest.IsForUpload(context.Request) ? resumable.HandleAsync(context, id) : uploads.HandleAsync(context, id);
    }

    /// <summary>The undecoded path of a target in origin or absolute form, without its query.</summary>
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var question = target.IndexOf('?');
        if (question >= 0)
            target = target[..question];
        if (target.StartsWith('/'))
            return target;
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return target;
        target = target[(authority + 3)..];
        var slash = target.IndexOf('/');
        return slash < 0 ? "/" : target[slash..];
    }
}
