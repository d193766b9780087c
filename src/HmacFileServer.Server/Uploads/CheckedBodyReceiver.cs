using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// The loop of a request whose body comes with a checksum: bytes are written where they belong as they come, and committed all
/// at once when the checksum is right. Until then they do not count: a wrong one, a cut or a takeover leaves the upload as it was.
/// </summary>
internal sealed class CheckedBodyReceiver(LiveUpload upload, WriterLease lease, IStagedUpload staged, ClientNetwork? network, BodyCheck check)
{
    private long _written; // bytes of this body that are written and not committed

    public async Task<UploadErrorCode?> RunAsync(BodyGatherer gatherer)
    {
        while (!gatherer.IsEnd)
        {
            var batch = await gatherer.ReadAsync(lease);
            if (await WriteAsync(batch) is { } error)
                return error;
            gatherer.Consumed();
            if (lease.IsRevoked && !gatherer.IsEnd)
                return UploadErrorCode.TakenOver;
        }
        if (gatherer.Failure is not null)
            return lease.IsRevoked ? UploadErrorCode.TakenOver : UploadErrorCode.BodyIncomplete;
        var start = lease.Writer.Position;
        return await check.VerifyAsync(staged, new ByteRange(start, start + _written)) ?? await CommitAsync();
    }

    private async ValueTask<UploadErrorCode?> WriteAsync(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        if (upload.Plan(lease, bytes.Length, _written) is { } error)
            return error;
        check.Append(bytes);
        foreach (var piece in lease.Pieces)
        {
            var part = bytes.Slice(0, piece.Range.Length);
            if (piece.Action == PieceAction.Write) // bytes that are held were acknowledged: they stay
                await staged.WriteAsync(piece.Range.Start, part, CancellationToken.None);
            bytes = bytes.Slice(piece.Range.Length);
            _written += piece.Range.Length;
        }
        return null;
    }

    private async ValueTask<UploadErrorCode?> CommitAsync()
    {
        if (upload.Plan(lease, _written) is { } error)
            return error;
        foreach (var piece in lease.Pieces)
        {
            if (piece.Action != PieceAction.Write)
            {
                upload.Skip(lease, piece.Range.Length);
                continue;
            }
            await staged.CommitAsync(piece.Range, CancellationToken.None);
            upload.CatchUpBeside(staged, upload.Commit(lease, piece.Range.Length, network));
        }
        return null;
    }
}
