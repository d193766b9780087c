using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform.Files;

/// <summary>
/// The file calls of Linux that .NET does not have: relative to a folder's descriptor, so that no name is looked up twice and no
/// symbolic link is followed. Numbers are those of the kernel's generic headers (x86-64 and arm64 agree on all used here but O_DIRECTORY
/// and O_NOFOLLOW).
/// </summary>
internal static partial class LinuxFileCalls
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int CloseOnExec = 0x80000;
    public const int NoFollowAt = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int RemoveDirectory = 0x200; // AT_REMOVEDIR
    public const int LockExclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB

    /// <summary>LOCK_UN of flock(2).</summary>
    public const int Unlock = 8;
    public const uint BasicStatistics = 0x7ff; // STATX_BASIC_STATS

    private const string Library = "libc";

    public static int Directory { get; } = IsArm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(SafeHandle folder, string name, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(SafeHandle folder, string name, uint mode);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkAt(SafeHandle folder, string name, SafeHandle target, string newName, int flags);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(SafeHandle folder, string name, SafeHandle target, string newName);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(SafeHandle folder, string name, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatusAt(SafeHandle folder, string name, int flags, uint mask, out KernelStatus status);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeHandle handle);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle handle);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle handle, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle handle, int operation);

    [LibraryImport(Library, EntryPoint = "pwritev", SetLastError = true)]
    public static unsafe partial nint WriteVectorAt(SafeFileHandle handle, IoVector* vectors, int count, long offset);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct IoVector
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary>struct statx: one layout on every architecture (statx(2)).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct KernelStatus
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(48)] public ulong Blocks;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
