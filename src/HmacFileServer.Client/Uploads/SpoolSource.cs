using System.Security.Cryptography;
using HmacFileServer.Client.State;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Uploads;

/// <summary>
/// A stream that can be read once, such as standard input, kept in a nameless temporary file: after a break its bytes are needed again.
/// What was read is sent while the rest is still coming.
/// </summary>
internal sealed class SpoolSource : UploadSource
{
    private readonly Stream _stream;
    private readonly SafeFileHandle _handle;
    private long _length;
    private volatile bool _whole;

    /// <param name="stream">Not disposed of.</param>
    /// <param name="folder">Where the temporary file is made; on a disk that has room for all of it.</param>
    public SpoolSource(Stream stream, string folder)
    {
        _stream = stream;
        var name = Path.Combine(folder, $"spool-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        using var file = PrivateFile.Open(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _handle = File.OpenHandle(name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
            File.Delete(name); // nothing is left behind, however the process ends
    }

    public override long Length => Volatile.Read(ref _length);

    public override bool IsWhole => _whole;

    public override PrefixDigest? Prefix => null;

    public override SafeFileHandle Handle => _handle;

    public override async Task<string> DigestAsync(UploadChecksum kind, Action grown, CancellationToken cancellation)
    {
        using var digest = new RunningDigest(kind);
        var buffer = new byte[Piece];
        while (await FillAsync(buffer, cancellation) is > 0 and var read)
        {
            digest.Append(buffer.AsSpan(0, read));
            await RandomAccess.WriteAsync(_handle, buffer.AsMemory(0, read), _length, cancellation);
            Volatile.Write(ref _length, _length + read);
            grown();
        }
        _whole = true;
        grown();
        return digest.Current;
    }

    public override void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw new UploadFailedException(UploadFailure.File, "The temporary copy of the input was cut short.");
            destination = destination[read..];
            offset += read;
        }
    }

    public override void CheckUnchanged()
    {
    }

    public override void Dispose() => _handle.Dispose();

    private async ValueTask<int> FillAsync(byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadAsync(buffer, cancellation);
        }
        catch (IOException e)
        {
            throw new UploadFailedException(UploadFailure.File, $"The input cannot be read: {e.Message}", e);
        }
    }
}
