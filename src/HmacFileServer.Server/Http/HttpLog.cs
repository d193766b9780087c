namespace HmacFileServer.Server.Http;

/// <summary>What is logged of requests. Never a request target: it carries the signature that authorises an upload.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1102, LogLevel.Warning, "allow_anonymous is on: EVERYBODY who reaches this server may upload to /files/")]
    public static partial void Anonymous(ILogger logger);

    [LoggerMessage(1103, LogLevel.Information, "{Client} was refused: {Error}")]
    public static partial void Refused(ILogger logger, System.Net.IPAddress? client, Core.Uploads.UploadErrorCode error);

    [LoggerMessage(1101, LogLevel.Error, "A {Method} request failed")]
    public static partial void Failed(ILogger logger, string method, Exception exception);
}
