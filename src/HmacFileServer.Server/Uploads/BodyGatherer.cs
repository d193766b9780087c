using System.Buffers;
using System.IO.Pipelines;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// Reads a request's body in batches: as large as a fast link fills at once, and never older than <see cref="LongestWait"/>
/// on a slow one. Of a body that breaks off it still gives what had arrived.
/// </summary>
internal sealed class BodyGatherer : IDisposable
{
    /// <summary>
    /// A batch is given out at this size, in bytes: it fits into the processor's cache, so hashing and writing it cost less than
    /// of a larger one (docs/performance.md), and it is still written in one call.
    /// </summary>
    private const int BatchBytes = 256 * 1024;

    /// <summary>How long bytes may wait for more: progress seen at the server is as smooth as this even on slow links.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);

    private readonly PipeReader _body;
    private readonly ITimer _timer;
    private ReadOnlySequence<byte> _atHand;
    private bool _reading; // the pipe waits for AdvanceTo
    private volatile bool _due;

    public BodyGatherer(PipeReader body, TimeProvider clock)
    {
        _body = body;
        _timer = clock.CreateTimer(static state => ((BodyGatherer)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why the body broke off; null while it has not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>True when nothing comes after the batch at hand: the body is whole, or has broken off.</summary>
    public bool IsEnd { get; private set; }

    /// <summary>
    /// The next batch. It may be empty when the reader was interrupted. Valid until <see cref="Consumed"/>, which must follow.
    /// </summary>
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync(WriterLease lease)
    {
        _atHand = default;
        _due = false;
        var armed = false;
        try
        {
            while (true)
            {
                var result = await _body.ReadAsync(CancellationToken.None);
                _reading = true;
                _atHand = result.Buffer;
                if (result.IsCompleted)
                {
                    IsEnd = true;
                    break;
                }
                if (_atHand.Length >= BatchBytes || _due || lease.IsRevoked)
                    break;
                if (!armed && !_atHand.IsEmpty)
                {
                    armed = true;
                    _timer.Change(LongestWait, Timeout.InfiniteTimeSpan);
                }
                _reading = false;
                _body.AdvanceTo(_atHand.Start, _atHand.End);
            }
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException)
        {
            // What was gathered before is not consumed, so it is still the pipe's and readable.
            Failure = ex;
            IsEnd = true;
        }
        finally
        {
            if (armed)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        return _atHand;
    }

    /// <summary>The batch is dealt with.</summary>
    public void Consumed()
    {
        if (!_reading)
            return;
        _reading = false;
        _body.AdvanceTo(_atHand.End);
    }

    /// <summary>What is in memory already, without waiting; empty if there is nothing.</summary>
    public ReadOnlySequence<byte> TakeWhatIsThere()
    {
        _atHand = default;
        if (IsEnd)
            return default;
        try
        {
            if (!_body.TryRead(out var result))
                return default;
            _reading = true;
            IsEnd = result.IsCompleted;
            return _atHand = result.Buffer;
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException)
        {
            Failure = ex;
            IsEnd = true;
            return default;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnDue()
    {
        _due = true;
        WriterLease.Wake(_body); // a timer may fire when the request is over
    }
}
