using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>A checksum that a client announced.</summary>
/// <param name="Algorithm">A name that <see cref="RunningChecksum.TryCreate"/> knows.</param>
/// <param name="Value">Its bytes.</param>
internal sealed record ExpectedChecksum(string Algorithm, byte[] Value);

/// <summary>What a request's body must match before any byte of it counts.</summary>
internal sealed class BodyCheck : IDisposable
{
    private const int ReadBackBytes = 256 * 1024;

    private readonly List<(RunningChecksum Running, byte[] Expected)> _announced = [];
    private readonly Func<ExpectedChecksum?>? _trailer;

    /// <param name="announced">What the request's header said.</param>
    /// <param name="trailer">
    /// Reads the checksum that follows the body; null if none is announced. Its algorithm is not known before, so the bytes are
    /// read back for it. It gives null for one that is missing or unknown.
    /// </param>
    public BodyCheck(IReadOnlyList<ExpectedChecksum> announced, Func<ExpectedChecksum?>? trailer = null)
    {
        foreach (var expected in announced)
        {
            var running = RunningChecksum.TryCreate(expected.Algorithm) ?? throw new ArgumentException($"'{expected.Algorithm}' is not known.", nameof(announced));
            _announced.Add((running, expected.Value));
        }
        _trailer = trailer;
    }

    public void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var (running, _) in _announced)
        {
            foreach (var piece in bytes)
                running.Append(piece.Span);
        }
    }

    /// <summary>After the last byte: ChecksumMismatch, or MalformedHeader for a trailer that cannot be used; null if all is right.</summary>
    public async ValueTask<UploadErrorCode?> VerifyAsync(IStagedUpload staged, ByteRange stored)
    {
        foreach (var (running, expected) in _announced)
        {
            if (!running.Matches(expected))
                return UploadErrorCode.ChecksumMismatch;
        }
        if (_trailer is null)
            return null;
        if (_trailer() is not { } late)
            return UploadErrorCode.MalformedHeader;
        using var checksum = RunningChecksum.TryCreate(late.Algorithm);
        if (checksum is null)
            return UploadErrorCode.MalformedHeader;
        await ReadBackAsync(staged, stored, checksum);
        return checksum.Matches(late.Value) ? null : UploadErrorCode.ChecksumMismatch;
    }

    public void Dispose()
    {
        foreach (var (running, _) in _announced)
            running.Dispose();
    }

    /// <summary>Adds bytes that are stored already to a checksum.</summary>
    internal static async ValueTask ReadBackAsync(IStagedUpload staged, ByteRange stored, RunningChecksum checksum)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBackBytes);
        try
        {
            for (var at = stored.Start; at < stored.End;)
            {
                var count = await staged.ReadAsync(at, buffer.AsMemory(0, (int)Math.Min(ReadBackBytes, stored.End - at)), CancellationToken.None);
                if (count == 0)
                    throw new UploadException(UploadErrorCode.StorageFailed, "The staged bytes are shorter than what was written.");
                checksum.Append(buffer.AsSpan(0, count));
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
