using System.Buffers;
using System.Security.Cryptography;
using HmacFileServer.Core.Checksums;
using HmacFileServer.Core.Storage;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// SHA-256, and CRC-32C where a client wants it, over the contiguous prefix of an upload while it streams, so that a file which arrives in order is not read again.
/// What it missed (segments out of order, a restart) it reads back from the store.
/// </summary>
internal sealed class PrefixDigest : IDisposable
{
    /// <summary>One read of what was missed. Large enough that the hash, not the system call, is the cost.</summary>
    private const int CatchUpBytes = 512 * 1024;

    private readonly Lock _gate = new(); // guards _position, _taken, _sums and _freed; whoever has taken it owns _hash and _crc
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private uint _crc;
    private bool _sums; // _crc is that of all bytes up to _position
    private long _position;
    private bool _taken;
    private TaskCompletionSource? _freed;

    /// <summary>
    /// Takes the digest for bytes at exactly <paramref name="position"/>; false if it stands elsewhere or is in use. Whoever
    /// takes it gives it back with <see cref="Return"/> or <see cref="Discard"/>.
    /// </summary>
    public bool TryTake(long position)
    {
        lock (_gate)
        {
            if (_taken || _position != position)
                return false;
            return _taken = true;
        }
    }

    /// <summary>How far behind <paramref name="prefix"/> it is, in bytes, when nobody uses it; otherwise 0.</summary>
    public long Lag(long prefix)
    {
        lock (_gate) return _taken ? 0 : prefix - _position;
    }

    /// <summary>Computes the CRC-32C as well, if it is not too late: bytes that were hashed without are not read again for it.</summary>
    public void AlsoCrc32C()
    {
        lock (_gate) _sums |= !_taken && _position == 0;
    }

    /// <summary>Hashes bytes; only by whoever has taken it.</summary>
    public void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
            Append(piece.Span);
    }

    public void Return(long position)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            _position = position;
            _taken = false;
            freed = _freed;
            _freed = null;
        }
        freed?.SetResult();
    }

    /// <summary>Waits until whoever uses it gives it back; at once if nobody does.</summary>
    public Task FreedAsync()
    {
        lock (_gate) return _taken ? (_freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
    }

    /// <summary>Gives it back after bytes were hashed that are not the file's: it starts over.</summary>
    public void Discard()
    {
        Reset();
        Return(0);
    }

    /// <summary>Bytes from <paramref name="keep"/> on are no longer the file's. Called by the upload's only writer.</summary>
    public void Truncate(long keep)
    {
        lock (_gate)
        {
            if (_position <= keep)
                return;
            _position = 0;
        }
        Reset();
    }

    /// <summary>Reads and hashes what it missed up to <paramref name="end"/>; nothing if someone else uses it.</summary>
    public async Task<bool> CatchUpAsync(IStagedUpload staged, long end, CancellationToken cancellation)
    {
        long position;
        lock (_gate)
        {
            if (_taken)
                return false;
            _taken = true;
            position = _position;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(CatchUpBytes);
        try
        {
            while (position < end)
            {
                var count = await staged.ReadAsync(position, buffer.AsMemory(0, (int)Math.Min(CatchUpBytes, end - position)), cancellation);
                if (count == 0)
                    throw new EndOfStreamException("The staged bytes are shorter than what was committed.");
                Append(buffer.AsSpan(0, count));
                position += count;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Return(position);
        }
    }

    /// <summary>The digests of everything up to where it stands; it starts over afterwards.</summary>
    public ContentDigests Finish()
    {
        bool sums;
        lock (_gate)
        {
            _position = 0;
            sums = _sums;
        }
        var digests = new ContentDigests(Convert.ToHexStringLower(_hash.GetHashAndReset()), sums ? _crc : null);
        _crc = 0;
        return digests;
    }

    public void Dispose() => _hash.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        // The sum first: it is the cheaper one to bring the bytes into the nearest cache with.
        if (_sums)
            _crc = Crc32C.Append(_crc, bytes);
        _hash.AppendData(bytes);
    }

    private void Reset()
    {
        _ = _hash.GetHashAndReset();
        _crc = 0;
    }
}

/// <summary>What identifies a file's bytes.</summary>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Crc32C">Null where nobody wanted it, or too late.</param>
internal readonly record struct ContentDigests(string Sha256, uint? Crc32C);
