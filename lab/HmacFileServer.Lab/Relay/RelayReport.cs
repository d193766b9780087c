using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Relay;

/// <summary>What the relay tells of itself.</summary>
/// <param name="At">When it was counted, monotonic ns.</param>
/// <param name="CpuNanoseconds">
/// Processor time of the relay's process, ns. It contains the hosts' own work on each delivered frame, which the kernel does on
/// the thread that delivers it.
/// </param>
/// <param name="Scheduling">What the scheduler granted to its thread.</param>
/// <param name="Links">By name.</param>
public sealed record RelayReport(long At, long CpuNanoseconds, string Scheduling, IReadOnlyDictionary<string, LinkCounters> Links);
