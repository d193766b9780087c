using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Client.Downloads;

/// <summary>One path of a running download: what it fetches now, and what it has done. The run loop's alone.</summary>
internal sealed class DownloadLane(PathCandidate path, PathFetcher fetcher, PathTuning tuning, int priority)
{
    private const double RateMemory = 1.0; // seconds

    private TimeSpan _sampledAt;
    private long _sampledBytes;

    public PathCandidate Path { get; set; } = path;

    public PathFetcher Fetcher { get; } = fetcher;

    public PathTuning Tuning { get; } = tuning;

    public int Priority { get; } = priority;

    public SegmentSizer Sizer { get; } = new(PathTuning.LeastChunk * 4, tuning.Chunk);

    public List<Fetch> Fetches { get; } = [];

    public bool IsConnected { get; set; }

    /// <summary>A sign of life is being waited for.</summary>
    public bool IsPinged { get; set; }

    public TimeSpan NextAttempt { get; set; }

    public int FailedAttempts { get; set; }

    public long BytesDone { get; set; }

    public int Segments { get; set; }

    public int FailedSegments { get; set; }

    /// <summary>Bytes per second, of late.</summary>
    public double Rate { get; private set; }

    public TcpSample LastSample { get; private set; }

    public string Name => Path.Name;

    /// <summary>All bytes so far, those of unfinished fetches included.</summary>
    public long Arrived => BytesDone + Fetches.Sum(f => f.Received);

    /// <summary>Looks at the connections; what the policy wants to know of them. New bytes play the part that acknowledgements have in an upload.</summary>
    public TcpSample Sample(TimeSpan now)
    {
        var elapsed = (now - _sampledAt).TotalSeconds;
        if (elapsed > 0)
        {
            Rate += Math.Min(1, elapsed / RateMemory) * ((Math.Max(0, Arrived - _sampledBytes) / elapsed) - Rate);
            (_sampledAt, _sampledBytes) = (now, Arrived);
        }
        if (Fetcher.TrySample(out var kernel))
            LastSample = kernel;
        return LastSample with
        {
            UnackedSegments = Fetches.Count > 0 ? 1u : 0u,
            SinceLastAck = now - Fetches.Select(f => f.LastByteAt).DefaultIfEmpty(now).Max(),
        };
    }

    /// <summary>Nothing more is expected of this path's connections.</summary>
    public void Cut()
    {
        foreach (var fetch in Fetches)
            fetch.Cancel();
        Fetcher.Cut();
        IsConnected = false;
    }
}

/// <summary>A range that is being fetched.</summary>
/// <param name="segment">The bytes.</param>
/// <param name="lane">Over which path.</param>
/// <param name="startedAt">On the run's clock.</param>
internal sealed class Fetch(Segment segment, DownloadLane lane, TimeSpan startedAt) : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private long _received;
    private long _lastByteAt = startedAt.Ticks;

    public Segment Segment { get; } = segment;

    public DownloadLane Lane { get; } = lane;

    public TimeSpan StartedAt { get; } = startedAt;

    public CancellationToken Cancelled => _ending.Token;

    /// <summary>Bytes that are in the part file, from the segment's start. Written by the fetching task; read by anyone.</summary>
    public long Received => Volatile.Read(ref _received);

    public TimeSpan LastByteAt => TimeSpan.FromTicks(Volatile.Read(ref _lastByteAt));

    public void Add(int bytes, TimeSpan now)
    {
        Volatile.Write(ref _received, _received + bytes);
        Volatile.Write(ref _lastByteAt, now.Ticks);
    }

    public void Cancel() => _ending.Cancel();

    public void Dispose() => _ending.Dispose();
}
