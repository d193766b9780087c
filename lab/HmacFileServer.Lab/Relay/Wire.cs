using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Relay;

/// <summary>
/// One direction of a link. A frame's whole future is computed when it comes: it waits until the transmitter is free, takes its
/// time there, and travels. So the rate is exact however late the relay's thread wakes; only the delivery can be late.
/// </summary>
/// <remarks>Changed by the relay's thread only; the counters may be read by any.</remarks>
internal sealed unsafe class Wire : IDisposable
{
    private const long JitterPeriod = 10_000_000; // ns; about the scheduling period of a busy radio cell
    private const long Late = 1_000_000; // ns

    private readonly PacketSocket _from;
    private readonly PacketSocket _to;
    private readonly Random _random;
    private readonly FrameQueue _queue;
    private LinkShape _shape;
    private long _queueTime; // what EffectiveQueueBytes takes at this rate, ns
    private long _delay; // ns
    private long _jitter; // ns
    private long _jitterNow; // ns
    private long _jitterUntil;
    private long _transmitterFree; // when the last bit of the newest frame leaves
    private long _lastArrival;
    private long _lastDue;
    private long _frames, _bytes, _byQueue, _byLoss, _byBlackhole, _byCarrier, _byLength, _byMemory;
    private long _latenessSum, _latenessMax, _latenessCount, _lateFrames;
    private bool _blackholed;
    private bool _unplugged;

    /// <param name="from">Where frames come in.</param>
    /// <param name="to">Where they go out.</param>
    /// <param name="shape">How they travel.</param>
    /// <param name="seed">Of loss and jitter.</param>
    public Wire(PacketSocket from, PacketSocket to, LinkShape shape, int seed)
    {
        (_from, _to, _shape, _random) = (from, to, shape, new Random(seed));
        _queue = new FrameQueue(MemoryFor(shape));
        Apply(shape);
    }

    public LinkShape Shape => _shape;

    /// <summary>No frame that comes from now on is due sooner than so many ns.</summary>
    public long ShortestPassage => Math.Max(0, _delay - _jitter);

    /// <summary>When the next frame is to be delivered, monotonic ns; <see cref="long.MaxValue"/> if none is inside.</summary>
    public long NextDue
    {
        get
        {
            var next = _queue.Peek();
            return next is null ? long.MaxValue : next->Due;
        }
    }

    /// <summary>Takes in every frame that has come.</summary>
    /// <param name="now">Monotonic ns.</param>
    /// <param name="toMonotonic">What to add to a real-time stamp to make it monotonic, ns.</param>
    public void Receive(long now, long toMonotonic)
    {
        while (_from.TryPeek(out var frame, out var length, out var received))
        {
            Admit(frame, length, Math.Min(now, received + toMonotonic));
            _from.Take();
        }
    }

    /// <summary>Delivers every frame that is due.</summary>
    /// <param name="horizon">Frames due until then go, monotonic ns.</param>
    /// <param name="now">Monotonic ns.</param>
    public void Release(long horizon, long now)
    {
        for (var next = _queue.Peek(); next is not null && next->Due <= horizon; next = _queue.Peek())
        {
            if (_shape.LossPercent > 0 && _random.NextDouble() * 100 < _shape.LossPercent)
            {
                _byLoss++;
            }
            else
            {
                _to.Send((byte*)(next + 1), next->Length);
                _frames++;
                _bytes += next->Length;
                CountLateness(now - next->Due);
            }
            _queue.Dequeue();
        }
        _to.Flush();
    }

    /// <summary>Frames vanish, those on their way too; or pass again.</summary>
    public void SetBlackhole(bool on)
    {
        _blackholed = on;
        if (on)
            _byBlackhole += Empty();
    }

    /// <summary>The cable is out: what is on its way is lost; or in again.</summary>
    public void SetUnplugged(bool on)
    {
        _unplugged = on;
        if (on)
            _byCarrier += Empty();
    }

    /// <summary>
    /// Changes rate, delay, jitter, loss and queue from now on. What waits for the transmitter leaves at the new rate; what has
    /// left it keeps its arrival; nothing is overtaken.
    /// </summary>
    public void Reshape(LinkShape shape, long now)
    {
        var previous = now;
        var old = _shape;
        _queue.Reserve(MemoryFor(shape));
        Apply(shape);
        _lastDue = 0;
        _queue.ForEach(record =>
        {
            if (record->Serialised > now)
            {
                // The frame in the transmitter has only its rest to go.
                var rest = Math.Min(1, (record->Serialised - now) / Math.Max(1.0, old.SerialisationTime(record->Length)));
                previous += (long)((previous == now ? rest : 1) * shape.SerialisationTime(record->Length));
                record->Serialised = previous;
                record->Due = Math.Max(_lastDue, previous + _delay);
            }
            _lastDue = record->Due;
        });
        _transmitterFree = previous;
    }

    public DirectionCounters Count(long now)
    {
        var backlog = Math.Max(0, _transmitterFree - now);
        return new DirectionCounters
        {
            Frames = _frames,
            Bytes = _bytes,
            DroppedByQueue = _byQueue,
            DroppedByLoss = _byLoss,
            DroppedByBlackhole = _byBlackhole,
            DroppedByCarrier = _byCarrier,
            DroppedByLength = _byLength,
            DroppedByRelay = _byMemory + _from.Overruns + _to.SendFailures,
            QueuedBytes = (long)(backlog * _shape.BitsPerSecond / 8e9),
            FramesInside = _queue.Count,
            MeanLatenessMicroseconds = _latenessCount == 0 ? 0 : _latenessSum / 1e3 / _latenessCount,
            LargestLatenessMicroseconds = _latenessMax / 1e3,
            LateFrames = _lateFrames,
        };
    }

    public void ResetLateness() => _latenessSum = _latenessMax = _latenessCount = _lateFrames = 0;

    public void Dispose() => _queue.Dispose();

    private static int MemoryFor(LinkShape shape) =>
        // Twice what the rate fills, for frames that are short beside their record; 1 MiB for what has no rate.
        (int)Math.Min(1 << 30, (2 * (shape.EffectiveQueueBytes + shape.BytesIn(shape.Delay + (2 * shape.Jitter)))) + (1 << 20));

    private void Apply(LinkShape shape)
    {
        _shape = shape;
        _delay = shape.Delay.Ticks * 100;
        _jitter = shape.Jitter.Ticks * 100;
        _jitterUntil = 0;
        _queueTime = shape.BitsPerSecond == 0 ? long.MaxValue / 2 : (long)(shape.EffectiveQueueBytes * 8e9 / shape.BitsPerSecond);
    }

    private void Admit(byte* frame, int length, long arrival)
    {
        if (_unplugged)
        {
            _byCarrier++;
            return;
        }
        if (_blackholed)
        {
            _byBlackhole++;
            return;
        }
        if (length > PacketFrame.Largest)
        {
            _byLength++;
            return;
        }
        arrival = _lastArrival = Math.Max(arrival, _lastArrival);
        var start = Math.Max(arrival, _transmitterFree);
        var serialised = start + _shape.SerialisationTime(length);
        if (serialised - arrival > _queueTime && start > arrival)
        {
            _byQueue++;
            return;
        }
        var due = Math.Max(_lastDue, serialised + _delay + Jitter(arrival));
        if (!_queue.TryEnqueue(frame, length, serialised, due))
        {
            _byMemory++;
            return;
        }
        (_transmitterFree, _lastDue) = (serialised, due);
    }

    private long Jitter(long now)
    {
        if (_jitter == 0)
            return 0;
        if (now >= _jitterUntil)
        {
            _jitterUntil = now + JitterPeriod;
            _jitterNow = Math.Max(-_delay, (long)(((_random.NextDouble() * 2) - 1) * _jitter));
        }
        return _jitterNow;
    }

    private int Empty()
    {
        var lost = _queue.Count;
        _queue.Clear();
        _transmitterFree = _lastDue = 0;
        return lost;
    }

    private void CountLateness(long by)
    {
        _latenessCount++;
        _latenessSum += by;
        _latenessMax = Math.Max(_latenessMax, by);
        if (by > Late)
            _lateFrames++;
    }
}
