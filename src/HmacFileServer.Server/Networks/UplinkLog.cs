namespace HmacFileServer.Server.Networks;

/// <summary>What is logged of the server's own interfaces.</summary>
internal static partial class UplinkLog
{
    [LoggerMessage(1301, LogLevel.Information, "Uplink: {From} -> {To} ({Reason}: {Evidence})")]
    public static partial void Switched(ILogger logger, string from, string to, string reason, string evidence);

    [LoggerMessage(1302, LogLevel.Warning, "The system's announcements of network changes cannot be read: {Problem}")]
    public static partial void MonitorFault(ILogger logger, string problem);
}
