using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;

namespace HmacFileServer.Storage.FileSystem;

/// <summary>Where errors of the file system become errors of an upload; nothing else in the store looks at error numbers for that.</summary>
internal static class StorageErrors
{
    /// <summary>StorageFull for a full disk or a used-up quota, StorageFailed for all else. The message names no path: it may reach a client.</summary>
    public static UploadException Translate(IOException error) =>
        IsFull(error)
            ? new UploadException(UploadErrorCode.StorageFull, inner: error)
            : new UploadException(UploadErrorCode.StorageFailed, inner: error);

    public static bool IsFull(IOException error) => (FileError)error.HResult is FileError.NoSpace or FileError.QuotaExceeded;

    public static bool IsError(Exception error, FileError expected) => error is FileCallException { Error: var actual } && actual == expected;
}
