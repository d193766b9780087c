using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>What is logged of uploads. Event ids are stable; ids are shortened, tokens and file names never appear.</summary>
internal static partial class UploadLog
{
    [LoggerMessage(1001, LogLevel.Debug, "Upload {Id} begun, {Length} bytes")]
    public static partial void Begun(ILogger logger, string id, long? length);

    [LoggerMessage(1002, LogLevel.Information, "Upload {Id} finished, {Length} bytes, {Duplicates} came twice")]
    public static partial void Finished(ILogger logger, string id, long length, long duplicates);

    [LoggerMessage(1003, LogLevel.Information, "Upload {Id}: a {Kind} request was taken over by a newer one at byte {Position}")]
    public static partial void TakenOver(ILogger logger, string id, WriterKind kind, long position);

    [LoggerMessage(1004, LogLevel.Error, "Upload {Id}: the store failed ({Error})")]
    public static partial void StoreFailed(ILogger logger, string id, UploadErrorCode error, Exception exception);

    [LoggerMessage(1005, LogLevel.Information, "Upload {Id} was abandoned and is removed")]
    public static partial void Abandoned(ILogger logger, string id);

    [LoggerMessage(1006, LogLevel.Information, "Upload {Id} goes on: {Received} of {Length} bytes are held")]
    public static partial void Loaded(ILogger logger, string id, long received, long? length);

    [LoggerMessage(1007, LogLevel.Error, "Removing what has expired failed")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(1009, LogLevel.Error, "Upload {Id}: putting its parts together failed; the next question for its offset tries again")]
    public static partial void AssemblyFailed(ILogger logger, string id, Exception exception);

    [LoggerMessage(1008, LogLevel.Information, "A file has expired and is deleted, {Length} bytes")]
    public static partial void FileExpired(ILogger logger, long length);
}
