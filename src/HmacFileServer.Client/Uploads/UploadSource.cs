using HmacFileServer.Client.State;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Uploads;

/// <summary>The bytes of an upload, readable at any offset by several paths at once.</summary>
internal abstract class UploadSource : IDisposable
{
    /// <summary>Bytes that are read at once.</summary>
    protected const int Piece = 128 * 1024;

    /// <summary>Bytes that can be read by now.</summary>
    public abstract long Length { get; }

    /// <summary>There will be no more bytes.</summary>
    public abstract bool IsWhole { get; }

    /// <summary>The digest of the first bytes, as far as they have been hashed; null at the start.</summary>
    public abstract PrefixDigest? Prefix { get; }

    /// <summary>Fills the buffer from an offset.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>The file that the bytes are in, each at its own offset.</summary>
    public abstract SafeFileHandle Handle { get; }

    /// <summary>The checksum of all bytes, as <see cref="RunningDigest"/> tells it; not before there are no more to come.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="grown">Is called when there are more bytes, and when there will be no more.</param>
    /// <param name="cancellation">Ends it.</param>
    public abstract Task<string> DigestAsync(UploadChecksum kind, Action grown, CancellationToken cancellation);

    /// <summary>Reads all bytes again for their SHA-256, lower-case hex; not before there are no more to come.</summary>
    public string Sha256(CancellationToken cancellation)
    {
        using var hash = new RunningDigest(UploadChecksum.Sha256);
        var buffer = new byte[Piece];
        for (long at = 0; at < Length; at += Piece)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(Piece, Length - at));
            Read(at, piece);
            hash.Append(piece);
        }
        return RunningDigest.Hex(hash.Current);
    }

    /// <summary>Fails with <see cref="UploadFailure.File"/> if the bytes are no longer those that were there at the beginning.</summary>
    public abstract void CheckUnchanged();

    public abstract void Dispose();
}
