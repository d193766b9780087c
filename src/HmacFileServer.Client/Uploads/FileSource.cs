using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Uploads;

/// <summary>The file that is uploaded, open for reading at any offset by several paths at once.</summary>
internal sealed class FileSource : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly DateTime _modified;

    private FileSource(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        _modified = File.GetLastWriteTimeUtc(handle);
    }

    public long Length { get; }

    /// <summary>Opens a file; <see cref="UploadFailure.File"/> if that cannot be.</summary>
    public static FileSource Open(string path)
    {
        try
        {
            return new FileSource(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UploadFailedException(UploadFailure.File, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Fills the buffer from an offset.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read;
            try
            {
                read = RandomAccess.Read(_handle, destination, offset);
            }
            catch (IOException e)
            {
                throw new UploadFailedException(UploadFailure.File, $"'{_path}' cannot be read: {e.Message}", e);
            }
            if (read == 0)
                throw Changed();
            destination = destination[read..];
            offset += read;
        }
    }

    /// <summary>Fails with <see cref="UploadFailure.File"/> if the file is no longer what it was when it was opened.</summary>
    public void CheckUnchanged()
    {
        if (RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != _modified)
            throw Changed();
    }

    /// <summary>The SHA-256 of the whole file, as lower-case hex.</summary>
    public string Digest(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        for (long at = 0; at < Length; at += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - at));
            Read(at, piece);
            hash.AppendData(piece);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _handle.Dispose();

    private UploadFailedException Changed() =>
        new(UploadFailure.File, $"'{_path}' changed while it was being uploaded. Upload it again, to a new slot.");
}
