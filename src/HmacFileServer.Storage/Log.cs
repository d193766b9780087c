using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage;

/// <summary>What the store reports. Ids are stable: 2000 to 2099. Upload ids are capabilities: eight digits of them at most.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "Upload {Id} is damaged and was set aside in {Folder}: {Reason}")]
    public static partial void UploadSetAside(ILogger logger, string id, string folder, string reason);

    [LoggerMessage(2001, LogLevel.Warning, "The journal of upload {Id} is damaged near its end: {Bytes} bytes of it were dropped, what it proves is kept")]
    public static partial void JournalCut(ILogger logger, string id, long bytes);

    [LoggerMessage(2002, LogLevel.Information, "The publication of '{Slot}' had been interrupted and was completed")]
    public static partial void PublicationCompleted(ILogger logger, string slot);

    [LoggerMessage(2003, LogLevel.Information, "The publication of '{Slot}' had been interrupted before it took effect; its upload goes on")]
    public static partial void PublicationTakenBack(ILogger logger, string slot);

    [LoggerMessage(2004, LogLevel.Information, "Removed {Name} from the staging folder: it belongs to no upload")]
    public static partial void LeftoverRemoved(ILogger logger, string name);

    [LoggerMessage(2005, LogLevel.Warning, "The index lacked '{Slot}', which lies on the disk; it was taken in again")]
    public static partial void FileAdopted(ILogger logger, string slot);

    [LoggerMessage(2006, LogLevel.Warning, "The index has '{Slot}', which is not on the disk any more; its row was removed")]
    public static partial void FileMissing(ILogger logger, string slot);

    [LoggerMessage(2007, LogLevel.Warning, "The index was unreadable and was set aside as {Name}; it is made again from the files")]
    public static partial void IndexSetAside(ILogger logger, string name);

    [LoggerMessage(2008, LogLevel.Information, "The index was made again from the disk: {Files} files")]
    public static partial void IndexRebuilt(ILogger logger, long files);

    [LoggerMessage(2009, LogLevel.Warning, "The journal of upload {Id} could not be compacted; it goes on as it is")]
    public static partial void CompactionFailed(ILogger logger, string id, Exception error);

    [LoggerMessage(2010, LogLevel.Error, "Storing failed")]
    public static partial void Failed(ILogger logger, Exception error);
}
