using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Client;

/// <summary>A finished upload, with what happened on the way.</summary>
public sealed record UploadResult
{
    /// <summary>Where the file can be downloaded.</summary>
    public required Uri Url { get; init; }

    /// <summary>The file's length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Lower-case hex: the file's own, or what the server says that it stored where <see cref="ClientOptions.Checksum"/> compared another one; empty with <see cref="UploadChecksum.None"/> where it does not say.</summary>
    public required string Sha256 { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Body bytes handed to sockets.</summary>
    public required long SentBytes { get; init; }

    /// <summary>Body bytes handed to sockets beyond what was still to be sent when the upload began.</summary>
    public required long ResentBytes { get; init; }

    /// <summary>Bytes that the server already had when the upload began.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Longest time without progress acknowledged by the server's host.</summary>
    public required TimeSpan LargestStall { get; init; }

    /// <summary>False alarms among the silences: hedges that were taken back.</summary>
    public required int FalseAlarms { get; init; }

    /// <summary>What was spoken; never <see cref="UploadProtocol.Auto"/>.</summary>
    public required UploadProtocol Protocol { get; init; }

    /// <summary>Which paths were to be used together.</summary>
    public TransferMode Mode { get; init; }

    /// <summary>How often the file was begun again from its first byte: plain PUT, after a break.</summary>
    public int Restarts { get; init; }

    public required IReadOnlyList<PathSwitch> Switches { get; init; }

    public required IReadOnlyList<PathReport> Paths { get; init; }
}

/// <summary>One change of the path that carries new bytes.</summary>
/// <param name="At">Since the start of the upload.</param>
/// <param name="From">The interface left.</param>
/// <param name="To">The interface taken.</param>
/// <param name="Reason">Why.</param>
/// <param name="DetectedAfter">From the old path's last sign of life to the first action.</param>
/// <param name="InFlightBytes">Body bytes in the old path's sockets at that moment; zero if it may finish what it has begun.</param>
/// <param name="Evidence">In words.</param>
public sealed record PathSwitch(TimeSpan At, string From, string To, SwitchReason Reason, TimeSpan DetectedAfter, long InFlightBytes, string Evidence)
{
    /// <summary>The server's address that was left; null where the server has announced no other.</summary>
    public string? FromEndpoint { get; init; }

    /// <summary>The server's address that was taken; null where the server has announced no other.</summary>
    public string? ToEndpoint { get; init; }
}

/// <summary>What one path did.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Bytes">Bytes of the segments that were acknowledged over it.</param>
/// <param name="Segments">Segments acknowledged.</param>
/// <param name="FailedSegments">Segments cut short.</param>
/// <param name="Rtt">Smoothed round-trip time; null if it never connected.</param>
/// <param name="LossPercent">Retransmitted segments as a share of those sent.</param>
/// <param name="Rate">Acknowledged bytes per second, of late.</param>
/// <param name="Role">`active`, `standby`, `suspect`, `down`.</param>
public sealed record PathReport(string Interface, InterfaceType Type, long Bytes, int Segments, int FailedSegments,
    TimeSpan? Rtt, double LossPercent, double Rate, string Role)
{
    /// <summary>The server's address that the path leads to; null where the server has announced no other.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Bytes read and kept ready at once, as tuned; between the bounds of the path's kind.</summary>
    public int Buffer { get; init; }

    /// <summary>Most bytes of the next segment, as tuned.</summary>
    public long Chunk { get; init; }

    /// <summary>The largest <see cref="Buffer"/> that a connection of the path was given.</summary>
    public int LargestBuffer { get; init; }

    /// <summary>What earlier uploads had learned of this network, and this one began with; null where nothing was known.</summary>
    public PathSeed? Seed { get; init; }

    /// <summary>The longest segment that was acknowledged over the path, in bytes; zero if none was.</summary>
    public long LargestChunk { get; init; }

    /// <summary>Unsent bytes that the kernel may hold (TCP_NOTSENT_LOWAT), as applied; zero where the system has no such bound.</summary>
    public int NotSentBytes { get; init; }

    /// <summary>What is measured of the path; null before the first measurement.</summary>
    public PathQualitySnapshot? Quality { get; init; }
}

/// <summary>What a path began with, from the profile of its network.</summary>
/// <param name="Throughput">Bytes per second that the network gave in the past.</param>
/// <param name="Buffer">Bytes read at once, of the first connection.</param>
/// <param name="Chunk">Most bytes of the first segment.</param>
public sealed record PathSeed(double Throughput, int Buffer, long Chunk);

/// <summary>A running upload at one instant.</summary>
/// <param name="Length">The file's length.</param>
/// <param name="DoneBytes">Bytes that the server has, as far as is known.</param>
/// <param name="Elapsed">Since the start.</param>
/// <param name="Active">The interfaces that carry new bytes; empty while there is none.</param>
/// <param name="Paths">Every path.</param>
/// <param name="Switches">So far.</param>
public sealed record TransferProgress(long Length, long DoneBytes, TimeSpan Elapsed, IReadOnlyList<string> Active,
    IReadOnlyList<PathReport> Paths, IReadOnlyList<PathSwitch> Switches)
{
    /// <summary>How often the file was begun again from its first byte: plain PUT, after a break.</summary>
    public int Restarts { get; init; }
}
