using System.Text.Json;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>What one run measured. Times in ms unless the name says seconds.</summary>
public sealed record RunResult
{
    /// <summary>Null if the upload ended, its bytes are right and the measurement is valid; else what was wrong.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// Longest time without a new byte at the server around a fault or a later switch: of the gaps that touch the second after it.
    /// Without any fault: of all.
    /// </summary>
    public double StallMs { get; init; }

    /// <summary>The longest of those that end before the first fault: what the measurement sees where nothing is wrong.</summary>
    public double GapBeforeMs { get; init; }

    /// <summary>
    /// The longest of the whole upload. A TCP connection that fills the link's queue until a frame is dropped gives its receiver
    /// nothing for a round trip, whatever its user does; the baseline has such gaps too.
    /// </summary>
    public double LongestGapMs { get; init; }

    /// <summary>From the first byte seen at the server to the last.</summary>
    public double Seconds { get; init; }

    /// <summary>File bytes per second between them, in Mbit/s.</summary>
    public double MegabitsPerSecond { get; init; }

    /// <summary>Body bytes that the client handed to a socket beyond the file's length, by its own account.</summary>
    public long ResentBytes { get; init; }

    /// <summary>The most that the harmed link's connections had unacknowledged from just before the fault on, by the client's kernel.</summary>
    public long InFlightBytes { get; init; }

    /// <summary>The whole-file rate by the client's own clock, from its first connection to the last answer, in percent of what all links carry together; 0 if it tells no time.</summary>
    public double CapacityPercent { get; init; }

    /// <summary>
    /// From the first fault to the last byte, in percent of what the other links carry together: 100 means that the upload ended as early as they allow. 0 without a fault.
    /// </summary>
    public double RemainingPercent { get; init; }

    /// <summary>As <see cref="CapacityPercent"/> for kernel MPTCP over the same links, right after the upload; 0 where it was not measured.</summary>
    public double MptcpCapacityPercent { get; init; }

    /// <summary>Why the kernel's MPTCP could not be measured; null where it was, or was not asked for.</summary>
    public string? MptcpMissing { get; init; }

    /// <summary>Bytes that came to the server although it held them.</summary>
    public long DuplicateBytes { get; init; }

    /// <summary>The client's own view of the longest stall.</summary>
    public double ClientStallMs { get; init; }

    /// <summary>What the client printed with <c>--json</c>.</summary>
    public JsonElement? ClientReport { get; init; }

    /// <summary>When each step took effect, and then each later switch of the client; ms after the first byte was seen at the server.</summary>
    public IReadOnlyList<double> EventsAtMs { get; init; } = [];

    /// <summary>The longest time between two samples: no stall can be told more exactly.</summary>
    public double SamplerPauseMs { get; init; }

    /// <summary>The faults that were drawn at random, in words, as they were done.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Frames that the relay delivered more than 1 ms late, and frames that it lost itself.</summary>
    public long RelayLateFrames { get; init; }

    public long RelayLostFrames { get; init; }

    /// <summary>Processor time of the relay over the run's length, percent of a core.</summary>
    public double RelayCpuPercent { get; init; }

    /// <summary>Longest gaps, for a closer look: ms after the first byte at the server, and how long.</summary>
    public IReadOnlyList<GapResult> LongestGaps { get; init; } = [];
}

/// <summary>A time without a new byte at the server.</summary>
/// <param name="EndsAtMs">After the first byte.</param>
/// <param name="Ms">How long.</param>
/// <param name="AtBytes">What the server held meanwhile.</param>
public sealed record GapResult(double EndsAtMs, double Ms, long AtBytes);
