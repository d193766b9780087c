using HmacFileServer.Client.State;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Uploads;

/// <summary>The file that is uploaded, open for reading.</summary>
internal sealed class FileSource : UploadSource
{
    /// <summary>Bytes that are read at once for the checksum: they are still in the processor's nearest cache when they are summed.</summary>
    private const int Summed = 32 * 1024;

    /// <summary>How often the digest so far is noted: what a touched file costs to be looked at again.</summary>
    private const long NotedEvery = 16 * 1024 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly DateTime _modified;
    private volatile PrefixDigest? _prefix;

    private FileSource(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        _modified = File.GetLastWriteTimeUtc(handle);
    }

    public override long Length { get; }

    public override bool IsWhole => true;

    public override PrefixDigest? Prefix => _prefix;

    public override SafeFileHandle Handle => _handle;

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

    public override void Read(long offset, Span<byte> destination)
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

    public override void CheckUnchanged()
    {
        if (RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != _modified)
            throw Changed();
    }

    public override Task<string> DigestAsync(UploadChecksum kind, Action grown, CancellationToken cancellation) =>
        kind == UploadChecksum.None ? Task.FromResult("") : Task.Run(() => Digest(kind, Length, cancellation), cancellation);

    /// <summary>The checksum of the first bytes.</summary>
    public string Digest(UploadChecksum kind, long bytes, CancellationToken cancellation)
    {
        using var running = new RunningDigest(kind);
        var buffer = new byte[Summed];
        for (long at = 0; at < bytes; at += Summed)
        {
            cancellation.ThrowIfCancellationRequested();
            if (at > 0 && at % NotedEvery == 0)
                _prefix = new PrefixDigest(at, running.Current);
            var piece = buffer.AsSpan(0, (int)Math.Min(Summed, bytes - at));
            Read(at, piece);
            running.Append(piece);
        }
        _prefix = new PrefixDigest(bytes, running.Current);
        return running.Current;
    }

    public override void Dispose() => _handle.Dispose();

    private UploadFailedException Changed() =>
        new(UploadFailure.File, $"'{_path}' changed while it was being uploaded. Upload it again, to a new slot.");
}
