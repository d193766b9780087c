using HmacFileServer.Client.State;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Uploads;

/// <summary>The bytes of an upload, readable at any offset by several paths at once.</summary>
internal abstract class UploadSource : IDisposable
{
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

    /// <summary>The SHA-256 of all bytes, as lower-case hex; not before there are no more to come.</summary>
    /// <param name="grown">Is called when there are more bytes, and when there will be no more.</param>
    /// <param name="cancellation">Ends it.</param>
    public abstract Task<string> DigestAsync(Action grown, CancellationToken cancellation);

    /// <summary>Fails with <see cref="UploadFailure.File"/> if the bytes are no longer those that were there at the beginning.</summary>
    public abstract void CheckUnchanged();

    public abstract void Dispose();
}
