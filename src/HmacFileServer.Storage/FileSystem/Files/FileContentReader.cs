using System.Security.Cryptography;
using HmacFileServer.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Files;

/// <summary>A finished file, open for reading.</summary>
internal sealed class FileContentReader(SafeFileHandle file, long length, string path) : IStoredContent
{
    public long Length => length;

    public string? LocalPath => path;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult(RandomAccess.Read(file, destination.Span, offset));
        }
        catch (IOException error)
        {
            throw StorageErrors.Translate(error);
        }
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The SHA-256 of a file's bytes, lower-case hex.</summary>
    public static string Digest(SafeFileHandle file, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        var offset = 0L;
        while (RandomAccess.Read(file, buffer, offset) is > 0 and var count)
        {
            cancellation.ThrowIfCancellationRequested();
            digest.AppendData(buffer, 0, count);
            offset += count;
        }
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
