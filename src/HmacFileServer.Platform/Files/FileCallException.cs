using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Files;

/// <summary>A file call that the kernel refused. <see cref="Exception.HResult"/> is the error number, as in the I/O errors of .NET on Linux.</summary>
public sealed class FileCallException : IOException
{
    public FileCallException(string call, string name, int error)
        : base($"{call} '{name}': {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error) => Error = (FileError)error;

    public FileError Error { get; }

    internal static FileCallException Last(string call, string name) => new(call, name, Marshal.GetLastPInvokeError());
}

/// <summary>The error numbers of Linux that someone reacts to; any other value is possible.</summary>
public enum FileError
{
    NotPermitted = 1,
    NotFound = 2,
    Interrupted = 4,
    WouldBlock = 11,
    AccessDenied = 13,
    Exists = 17,
    CrossDevice = 18,
    NotFolder = 20,
    IsFolder = 21,
    Invalid = 22,
    TooManyOpen = 24,
    TooLarge = 27,
    NoSpace = 28,
    TooManyLinks = 31,
    NameTooLong = 36,
    NotEmpty = 39,
    SymbolicLink = 40,
    NotSupported = 95,
    QuotaExceeded = 122,
}
