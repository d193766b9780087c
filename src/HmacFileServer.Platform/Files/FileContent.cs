using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform.Files;

/// <summary>What can be done to the bytes of an open file and .NET has no call for.</summary>
public static class FileContent
{
    // Most pieces of one pwritev: the kernel takes 1024 (IOV_MAX). 256 of Kestrel's 4 KB pieces are 1 MB, beyond which the
    // cost of the call no longer shows; and the vectors (4 KB) fit on the stack.
    private const int MostVectors = 256;

    [ThreadStatic]
    private static MemoryHandle[]? s_pins;

    /// <summary>Writes every piece, in order, from an offset on. No allocation but once a thread.</summary>
    public static void Write(SafeFileHandle file, in ReadOnlySequence<byte> bytes, long offset)
    {
        if (bytes.IsSingleSegment)
        {
            Write(file, bytes.FirstSpan, offset);
            return;
        }
        FileRecorder.Current?.Written(file, offset, bytes.ToArray());
        var pins = s_pins ??= new MemoryHandle[MostVectors];
        var rest = bytes;
        while (!rest.IsEmpty)
        {
            var written = WriteOnce(file, rest, offset, pins);
            rest = rest.Slice(written);
            offset += written;
        }
    }

    /// <summary>Writes bytes from an offset on.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        RandomAccess.Write(file, bytes, offset);
        FileRecorder.Current?.Written(file, offset, bytes);
    }

    /// <summary>Cuts a file off, or makes it longer by zeros that take no space.</summary>
    public static void SetLength(SafeFileHandle file, long length)
    {
        RandomAccess.SetLength(file, length);
        FileRecorder.Current?.Resized(file, length);
    }

    /// <summary>
    /// Reserves the disk space of a file's first bytes and makes it that long. False where the file system cannot; NoSpace or
    /// QuotaExceeded when it has not that much.
    /// </summary>
    public static bool TryPreallocate(SafeFileHandle file, long length)
    {
        if (length == 0)
            return true;
        while (LinuxFileCalls.Allocate(file, 0, 0, length) != 0)
        {
            var error = FileCallException.Last("fallocate", $"{length} bytes");
            if (error.Error == FileError.NotSupported)
                return false;
            if (error.Error != FileError.Interrupted)
                throw error;
        }
        FileRecorder.Current?.Resized(file, Math.Max(length, RandomAccess.GetLength(file)));
        return true;
    }

    /// <summary>Returns when the bytes, and the length, would survive the loss of power.</summary>
    public static void SyncData(SafeFileHandle file)
    {
        if (LinuxFileCalls.SyncData(file) != 0)
            throw FileCallException.Last("fdatasync", "");
        FileRecorder.Current?.Synced(file);
    }

    /// <summary>Locks a file against every other opening of it, until the handle is closed or the process ends; false if it is locked.</summary>
    public static bool TryLock(SafeFileHandle file)
    {
        if (LinuxFileCalls.Lock(file, LinuxFileCalls.LockExclusiveNow) == 0)
            return true;
        var error = FileCallException.Last("flock", "");
        return error.Error == FileError.WouldBlock ? false : throw error;
    }

    /// <summary>
    /// Lets a lock go at once. Closing the file is not enough where this process is just starting another: until that one has
    /// called exec it holds a copy of the open file, and with it the lock.
    /// </summary>
    public static void Unlock(SafeFileHandle file) => _ = LinuxFileCalls.Lock(file, LinuxFileCalls.Unlock);

    private static unsafe long WriteOnce(SafeFileHandle file, in ReadOnlySequence<byte> bytes, long offset, MemoryHandle[] pins)
    {
        var vectors = stackalloc LinuxFileCalls.IoVector[MostVectors];
        var count = 0;
        try
        {
            foreach (var piece in bytes)
            {
                if (piece.IsEmpty)
                    continue;
                if (count == MostVectors)
                    break;
                pins[count] = piece.Pin();
                vectors[count] = new LinuxFileCalls.IoVector { Start = pins[count].Pointer, Length = (nuint)piece.Length };
                count++;
            }
            while (true)
            {
                var written = LinuxFileCalls.WriteVectorAt(file, vectors, count, offset);
                if (written > 0)
                    return written;
                var error = Marshal.GetLastPInvokeError();
                if (written == 0 || error != (int)FileError.Interrupted)
                    throw new FileCallException("pwritev", "", written == 0 ? (int)FileError.NoSpace : error);
            }
        }
        finally
        {
            for (var i = 0; i < count; i++)
                pins[i].Dispose();
        }
    }
}
