using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tuning.Profiles;

/// <summary>What is known of one network, as one device uses it.</summary>
public sealed record NetworkProfile
{
    /// <summary>The device, user or address block whose network this is; at most <see cref="ProfileBook.LongestName"/> characters.</summary>
    public required string Device { get; init; }

    /// <summary>The interface, and what tells its networks apart (`wlan0@192.168.1.1`); at most <see cref="ProfileBook.LongestName"/> characters.</summary>
    public required string Network { get; init; }

    public InterfaceType Type { get; init; }

    /// <summary>Bytes per second, mean over the uses; the later weigh more.</summary>
    public double Throughput { get; init; }

    /// <summary>0 to 1: share of the segments that were not cut, the later uses weigh more.</summary>
    public double Reliability { get; init; } = 1;

    /// <summary>Bytes of the buffer that the best throughput was reached with; zero if it is not known.</summary>
    public int BestBuffer { get; init; }

    /// <summary>Bytes of the chunk that the best throughput was reached with; zero if it is not known.</summary>
    public long BestChunk { get; init; }

    /// <summary>Bytes per second; fades by a twentieth with each use, so that a network which became slower finds its sizes anew.</summary>
    public double BestThroughput { get; init; }

    /// <summary>Smallest round trip of the last use.</summary>
    public TimeSpan Rtt { get; init; }

    /// <summary>Wall clock, UTC.</summary>
    public DateTimeOffset LastUse { get; init; }

    public int Uses { get; init; }

    /// <summary>What a network is worth: its rate, as often as it holds.</summary>
    public double Worth => Throughput * Reliability;
}

/// <summary>What one upload did over one network.</summary>
/// <param name="Bytes">Acknowledged.</param>
/// <param name="Throughput">Bytes per second while it was asked to carry.</param>
/// <param name="Segments">Acknowledged.</param>
/// <param name="FailedSegments">Cut.</param>
/// <param name="Rtt">Smallest round trip.</param>
/// <param name="Buffer">Bytes of the buffer used.</param>
/// <param name="Chunk">Bytes of the largest chunk used.</param>
public readonly record struct NetworkUse(long Bytes, double Throughput, int Segments, int FailedSegments, TimeSpan Rtt, int Buffer, long Chunk);
