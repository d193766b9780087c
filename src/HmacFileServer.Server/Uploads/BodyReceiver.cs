using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>One request's loop: takes batches from its body, stores what is new at its offset, commits, and feeds the digest.</summary>
internal sealed class BodyReceiver(
    LiveUpload upload, WriterLease lease, IStagedUpload staged, ClientNetwork? network, FileClaim file, Func<long, ValueTask>? progressed)
{
    /// <summary>From this size on, in bytes, hashing on a second thread is cheaper than the hand-over costs.</summary>
    private const int WorthASecondThread = 64 * 1024;

    /// <summary>
    /// Runs until the body ends, breaks off, or a newer request takes over. Everything that had arrived is stored then, unless
    /// the store failed. Null if the body was whole.
    /// </summary>
    public async Task<UploadErrorCode?> RunAsync(BodyGatherer gatherer)
    {
        while (!gatherer.IsEnd)
        {
            var batch = await gatherer.ReadAsync(lease);
            if (await StoreAsync(batch) is { } error)
                return error;
            gatherer.Consumed();
            if (progressed is not null && !gatherer.IsEnd)
                await progressed(lease.Writer.Position);
            if (!lease.IsRevoked || gatherer.IsEnd)
                continue;
            batch = gatherer.TakeWhatIsThere();
            error = await StoreAsync(batch) ?? UploadErrorCode.TakenOver;
            gatherer.Consumed();
            if (error != UploadErrorCode.TakenOver || !gatherer.IsEnd || gatherer.Failure is not null)
                return error;
        }
        if (gatherer.Failure is null)
            return null;
        return lease.IsRevoked ? UploadErrorCode.TakenOver : UploadErrorCode.BodyIncomplete;
    }

    private async ValueTask<UploadErrorCode?> StoreAsync(ReadOnlySequence<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (upload.Plan(lease, bytes.Length) is { } error)
                return error;
            foreach (var piece in lease.Pieces)
            {
                var part = bytes.Slice(0, piece.Range.Length);
                if (piece.Action == PieceAction.Compare)
                {
                    var equal = await CompareAsync(part, piece.Range.Start);
                    bytes = bytes.Slice(equal);
                    if (equal < part.Length)
                        break; // what is held from here on is forgotten, so the plan is another one
                    continue;
                }
                if (piece.Action == PieceAction.Write)
                    await WriteAsync(part, piece.Range);
                else
                    upload.Skip(lease, piece.Range.Length);
                bytes = bytes.Slice(piece.Range.Length);
            }
        }
        return null;
    }

    private async ValueTask WriteAsync(ReadOnlySequence<byte> part, ByteRange range)
    {
        var digesting = upload.Digest.TryTake(range.Start);
        var hashed = Task.CompletedTask;
        try
        {
            if (digesting && part.Length >= WorthASecondThread)
                hashed = Task.Run(() => upload.Digest.Append(part));
            else if (digesting)
                upload.Digest.Append(part);
            await staged.WriteAsync(range.Start, part, CancellationToken.None);
            await staged.CommitAsync(range, CancellationToken.None);
        }
        catch
        {
            await hashed;
            if (digesting)
                upload.Digest.Discard();
            throw;
        }
        // Acknowledged from here on, whether the hash is done or not; the bytes themselves are the pipe's until both are.
        var prefix = upload.Commit(lease, range.Length, network);
        await hashed;
        if (digesting)
            upload.Digest.Return(range.End);
        else
            upload.CatchUpBeside(staged, prefix);
    }

    /// <summary>Compares incoming bytes with those held; at the first difference the held ones are given up from there on. Returns how many were equal.</summary>
    private async ValueTask<long> CompareAsync(ReadOnlySequence<byte> part, long offset)
    {
        var length = (int)Math.Min(part.Length, 1024 * 1024);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var equal = 0L;
            while (equal < part.Length)
            {
                var count = await staged.ReadAsync(offset + equal, buffer.AsMemory(0, (int)Math.Min(length, part.Length - equal)), CancellationToken.None);
                if (count == 0)
                    break;
                var same = CommonPrefix(part.Slice(equal, count), buffer.AsSpan(0, count));
                equal += same;
                if (same < count)
                    break;
            }
            upload.Skip(lease, equal);
            if (equal < part.Length)
                await ReplaceAsync(offset + equal);
            return equal;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask ReplaceAsync(long keep)
    {
        await upload.CaughtUpAsync();
        await staged.ResetAsync(keep, CancellationToken.None);
        upload.Digest.Truncate(keep);
        upload.Replace(lease, file);
    }

    private static int CommonPrefix(ReadOnlySequence<byte> incoming, ReadOnlySpan<byte> held)
    {
        var equal = 0;
        foreach (var piece in incoming)
        {
            var same = piece.Span.CommonPrefixLength(held[equal..]);
            equal += same;
            if (same < piece.Length)
                break;
        }
        return equal;
    }
}
