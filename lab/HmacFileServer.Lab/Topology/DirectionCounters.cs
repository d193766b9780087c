namespace HmacFileServer.Lab.Topology;

/// <summary>What one direction of a link has carried and lost since the lab started. Bytes count 14-byte Ethernet headers.</summary>
public sealed record DirectionCounters
{
    /// <summary>Frames delivered to the far end.</summary>
    public long Frames { get; init; }

    /// <summary>Bytes delivered to the far end.</summary>
    public long Bytes { get; init; }

    /// <summary>Frames that found the queue full.</summary>
    public long DroppedByQueue { get; init; }

    /// <summary>Frames lost at random.</summary>
    public long DroppedByLoss { get; init; }

    /// <summary>Frames that vanished in a blackhole.</summary>
    public long DroppedByBlackhole { get; init; }

    /// <summary>Frames that were on their way, or came, when the cable was out.</summary>
    public long DroppedByCarrier { get; init; }

    /// <summary>Frames longer than <see cref="PacketFrame.Largest"/>: an offload is on that should not be.</summary>
    public long DroppedByLength { get; init; }

    /// <summary>Frames lost to the lab's own slowness; a run with any is void.</summary>
    public long DroppedByRelay { get; init; }

    /// <summary>Bytes that wait for the transmitter now.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Frames between entry and delivery now.</summary>
    public long FramesInside { get; init; }

    /// <summary>Mean of delivered minus due time since the last reset; microseconds.</summary>
    public double MeanLatenessMicroseconds { get; init; }

    /// <summary>Largest delivered minus due time since the last reset; microseconds.</summary>
    public double LargestLatenessMicroseconds { get; init; }

    /// <summary>Frames delivered more than 1 ms after they were due, since the last reset.</summary>
    public long LateFrames { get; init; }
}
