using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// What a connection received, with its end told only after its last byte was looked at. Kestrel takes a read that brings both
/// for a broken request and gives the bytes to nobody; an upload that is cut short wants them.
/// </summary>
internal sealed class ArrivedFirstReader(PipeReader inner, ReceiveWindow? window = null) : PipeReader
{
    private ReadOnlySequence<byte> _atHand; // what was told last
    private long _seen; // how many of its bytes had been looked at before
    private SequencePosition? _examined; // how far the bytes were looked at without being consumed
    private volatile bool _ended;

    /// <summary>
    /// From now on the reader sees the end, whatever still comes: for an answer that was given before the body was read.
    /// </summary>
    public void End()
    {
        _ended = true;
        inner.CancelPendingRead();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Told(reading.Result)) : WaitAsync(reading);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        result = Told(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // A position that was consumed may lie in memory that is gone; one that was only examined does not.
        Free(consumed, examined);
        _examined = consumed.Equals(examined) ? null : examined;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        window?.End();
        inner.Complete(exception);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> reading) => Told(await reading);

    private void Free(SequencePosition consumed, SequencePosition examined)
    {
        if (window is null)
            return;
        // Before the pipe takes the memory back: positions in it mean nothing afterwards.
        var looked = Math.Max(_seen, _atHand.Slice(0, examined).Length);
        var left = looked - _atHand.Slice(0, consumed).Length;
        window.Free(looked - _seen);
        _seen = left;
        _atHand = default;
    }

    private ReadResult Told(ReadResult result)
    {
        _atHand = result.Buffer;
        if (_ended)
            return new ReadResult(result.Buffer, isCanceled: false, isCompleted: true);
        if (!result.IsCompleted)
            return result;
        var unseen = _examined is { } examined ? result.Buffer.Slice(examined) : result.Buffer;
        return unseen.IsEmpty ? result : new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false);
    }
}
