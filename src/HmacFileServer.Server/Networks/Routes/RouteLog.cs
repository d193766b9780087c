namespace HmacFileServer.Server.Networks.Routes;

/// <summary>What is logged of the system's routes.</summary>
internal static partial class RouteLog
{
    [LoggerMessage(1311, LogLevel.Error, "manage_routes needs the capability CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN and CapabilityBoundingSet=CAP_NET_ADMIN). The routes stay as they are.")]
    public static partial void NotPermitted(ILogger logger);

    [LoggerMessage(1312, LogLevel.Information, "Routes: made {Route}, {Place}")]
    public static partial void Made(ILogger logger, string route, string place);

    [LoggerMessage(1313, LogLevel.Information, "Routes: took back {Route}")]
    public static partial void TakenBack(ILogger logger, string route);

    [LoggerMessage(1314, LogLevel.Warning, "Routes: an earlier run has left {Count} changes, which are taken back now")]
    public static partial void LeftBehind(ILogger logger, int count);

    [LoggerMessage(1315, LogLevel.Error, "Routes: {Problem}")]
    public static partial void Failed(ILogger logger, string problem);

    [LoggerMessage(1316, LogLevel.Information, "Routes prefer {Interface}, {Count} changes are in force")]
    public static partial void Followed(ILogger logger, string @interface, int count);
}
