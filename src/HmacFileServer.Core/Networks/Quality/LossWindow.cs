namespace HmacFileServer.Core.Networks.Quality;

/// <summary>Segments sent, retransmitted, and time spent in silence, over a sliding ten seconds in twenty buckets of a fixed size.</summary>
internal sealed class LossWindow
{
    private const int Buckets = 20;
    private const int Probes = 16;

    /// <summary>Fewer segments than this in the window say less than the probes do.</summary>
    private const long EnoughSegments = 20;

    private static readonly TimeSpan Bucket = TimeSpan.FromMilliseconds(500);

    /// <summary>Idle metered paths are probed every few minutes only; older answers are of another network.</summary>
    private static readonly TimeSpan ProbeAge = TimeSpan.FromMinutes(10);

    private readonly long[] _sent = new long[Buckets];
    private readonly long[] _lost = new long[Buckets];
    private readonly double[] _silent = new double[Buckets];
    private long _head;
    private uint _probeLosses;
    private int _probeCount;
    private TimeSpan _lastProbe;

    public void Add(uint sent, uint lost, TimeSpan silent, TimeSpan now)
    {
        Advance(now);
        var slot = Slot(_head);
        _sent[slot] += sent;
        _lost[slot] += lost;
        // One look may cover several buckets, yet is booked in one: what is beyond a bucket is shared with those before it.
        for (var back = 0; silent > TimeSpan.Zero && back < Buckets; back++)
        {
            var room = 1 - _silent[Slot(_head - back)];
            var take = Math.Min(room, silent / Bucket);
            _silent[Slot(_head - back)] += take;
            silent -= take * Bucket;
        }
    }

    public void Probe(bool answered, TimeSpan now)
    {
        if (now - _lastProbe > ProbeAge)
            _probeCount = 0;
        _lastProbe = now;
        _probeLosses = (_probeLosses << 1) | (answered ? 0u : 1u);
        _probeCount = Math.Min(Probes, _probeCount + 1);
    }

    /// <summary>0 to 100.</summary>
    public double LossPercent(TimeSpan now)
    {
        Advance(now);
        long sent = 0, lost = 0;
        for (var i = 0; i < Buckets; i++)
        {
            sent += _sent[i];
            lost += _lost[i];
        }
        if (sent < EnoughSegments && _probeCount > 0 && now - _lastProbe <= ProbeAge)
        {
            var mask = (1u << _probeCount) - 1;
            sent += _probeCount;
            lost += System.Numerics.BitOperations.PopCount(_probeLosses & mask);
        }
        return sent == 0 ? 0 : Math.Min(100.0, 100.0 * lost / sent);
    }

    /// <summary>Share of the window in which an answer was owed and none came, 0 to 1.</summary>
    public double SilentShare(TimeSpan now)
    {
        Advance(now);
        var silent = 0.0;
        foreach (var share in _silent)
            silent += share;
        return Math.Clamp(silent / Buckets, 0, 1);
    }

    private void Advance(TimeSpan now)
    {
        var head = now.Ticks / Bucket.Ticks;
        // A clock that went back starts the window anew, as does a gap longer than the window.
        var steps = head < _head ? Buckets : Math.Min(head - _head, Buckets);
        for (var i = 0; i < steps; i++)
        {
            var slot = Slot(head - i);
            _sent[slot] = _lost[slot] = 0;
            _silent[slot] = 0;
        }
        _head = head;
    }

    private static int Slot(long bucket) => (int)(((bucket % Buckets) + Buckets) % Buckets);
}
