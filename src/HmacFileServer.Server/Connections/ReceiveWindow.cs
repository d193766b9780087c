namespace HmacFileServer.Server.Connections;

/// <summary>
/// Slows a client down whose bytes are not read as fast as they come: the receiving loop waits while more than the limit was received and not
/// looked at. Unlike a pipe's own threshold, the limit may change. For one receiving loop and one reader.
/// </summary>
internal sealed class ReceiveWindow(int limit)
{
    private readonly Lock _gate = new(); // guards all below; continuations run outside
    private int _limit = limit;
    private long _held;
    private TaskCompletionSource? _room;
    private bool _over;

    /// <summary>Bytes that may be held.</summary>
    public int Limit
    {
        get { lock (_gate) return _limit; }
        set
        {
            lock (_gate) _limit = value;
            Free(0);
        }
    }

    /// <summary>Bytes received and not yet looked at.</summary>
    public long Held
    {
        get { lock (_gate) return _held; }
    }

    /// <summary>Bytes were received; completes once there is room for more.</summary>
    public ValueTask ReceivedAsync(int count)
    {
        lock (_gate)
        {
            _held += count;
            if (_over || _held < _limit)
                return ValueTask.CompletedTask;
            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>So many of them were looked at for the first time.</summary>
    public void Free(long count)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _held -= count;
            // At the half: one wake-up for many small reads.
            if (_held <= _limit / 2)
                (room, _room) = (_room, null);
        }
        room?.SetResult();
    }

    /// <summary>Nobody reads any more: nothing waits from now on.</summary>
    public void End()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _over = true;
            (room, _room) = (_room, null);
        }
        room?.SetResult();
    }
}
