namespace HmacFileServer.Server.Http;

/// <summary>What is logged of requests. Never a request target: it carries the signature that authorises an upload.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1101, LogLevel.Error, "A {Method} request failed")]
    public static partial void Failed(ILogger logger, string method, Exception exception);
}
