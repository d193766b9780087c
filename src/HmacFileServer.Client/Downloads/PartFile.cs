using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Downloads;

/// <summary>
/// The file that a download grows in, beside the one that it will be: a hidden name, the final length from the start, and a note of the
/// bytes that are in it. It takes the final name only when all of them are there and are the right ones.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly FileLock _lock;
    private readonly string _note;
    private readonly string _path;
    private readonly long _length;
    private readonly string? _tag;
    private bool _isOver;

    private PartFile(string target, FileLock held, SafeFileHandle handle, long length, string? tag, RangeSet received)
    {
        Target = target;
        _path = PartOf(target);
        _note = NoteOf(target);
        _lock = held;
        _handle = handle;
        _length = length;
        _tag = tag;
        Received = received;
    }

    /// <summary>Where the file will be.</summary>
    public string Target { get; }

    /// <summary>What was in it when it was opened.</summary>
    public RangeSet Received { get; }

    /// <summary>Opens the part file of a target. What an earlier process left is used if it is of the same file.</summary>
    /// <param name="target">Absolute path.</param>
    /// <param name="length">The file's length; 0 while it is not known.</param>
    /// <param name="tag">The file's strong validator; null if the download cannot go on after a break.</param>
    public static PartFile Open(string target, long length, string? tag)
    {
        try
        {
            var held = FileLock.TryTake(LockOf(target))
                ?? throw new UploadFailedException(UploadFailure.Busy, $"Another process is downloading to '{target}'. Wait for it, or choose another name.");
            var received = tag is null ? new RangeSet() : ReadNote(target, length, tag);
            var handle = File.OpenHandle(PartOf(target), received.IsEmpty ? FileMode.Create : FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            if (RandomAccess.GetLength(handle) != length)
            {
                received = new RangeSet();
                if (!OperatingSystem.IsLinux() || !FileContent.TryPreallocate(handle, length))
                    RandomAccess.SetLength(handle, length);
            }
            return new PartFile(target, held, handle, length, tag, received);
        }
        catch (FileCallException e) when (e.Error is FileError.NoSpace or FileError.QuotaExceeded)
        {
            File.Delete(PartOf(target));
            throw new UploadFailedException(UploadFailure.File, $"There is no room for {length} bytes at '{target}'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(UploadFailure.File, $"'{target}' cannot be written: {e.Message}", e);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (IOException e)
        {
            throw new UploadFailedException(UploadFailure.File, $"'{Target}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The file ends here: an earlier attempt may have brought more.</summary>
    public void CutAt(long length) => RandomAccess.SetLength(_handle, length);

    /// <summary>Notes what is there. The bytes are on the disk before the note says so.</summary>
    public void Note(RangeSet received)
    {
        if (_tag is null || _isOver)
            return;
        RandomAccess.FlushToDisk(_handle);
        PrivateFile.Replace(_note, JsonSerializer.SerializeToUtf8Bytes(new DownloadRecord(_length, _tag, received.ToString()), StateJson.Default.DownloadRecord));
    }

    /// <summary>The SHA-256 of what is there, as lower-case hex.</summary>
    public string Digest(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        long at = 0;
        for (int read; (read = RandomAccess.Read(_handle, buffer, at)) > 0; at += read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Gives it its name, atomically. Fails with <see cref="UploadFailure.File"/> if the name was taken meanwhile.</summary>
    public void Publish(bool overwrites)
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
            File.Move(_path, Target, overwrites);
        }
        catch (IOException e)
        {
            throw new UploadFailedException(UploadFailure.File, $"The file cannot be given the name '{Target}': {e.Message} It is complete, as '{_path}'.", e);
        }
        _isOver = true;
        File.Delete(_note);
    }

    /// <summary>What is there is of no use.</summary>
    public void Discard()
    {
        _isOver = true;
        File.Delete(_path);
        File.Delete(_note);
    }

    public void Dispose()
    {
        if (_tag is null && !_isOver)
            Discard();
        _handle.Dispose();
        _lock.Dispose();
    }

    private static RangeSet ReadNote(string target, long length, string tag)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(NoteOf(target)), StateJson.Default.DownloadRecord);
            if (record is not null && record.Length == length && record.ETag == tag && File.Exists(PartOf(target)) && RangeSet.TryParse(record.Received, out var set)
                && (set.IsEmpty || set.Runs[^1].End <= length))
            {
                return set;
            }
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Nothing that could be gone on with.
        }
        return new RangeSet();
    }

    private static string PartOf(string target) => Beside(target, "part");

    private static string NoteOf(string target) => Beside(target, "note");

    private static string LockOf(string target) => Beside(target, "lock");

    /// <summary>A name may be as long as the file system allows: then there is no room for more.</summary>
    private static string Beside(string target, string kind)
    {
        var name = Path.GetFileName(target);
        if (name.Length > 100)
            name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
        return Path.Combine(Path.GetDirectoryName(target)!, $".{name}.hfs-{kind}");
    }
}
