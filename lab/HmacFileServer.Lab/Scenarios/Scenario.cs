using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>Something that happens to a link in the middle of an upload.</summary>
/// <param name="AtFraction">When the server holds this part of the file, 0 to 1; null right after the step before.</param>
/// <param name="After">How much later.</param>
/// <param name="What">In words.</param>
/// <param name="ActAsync">Does it, and tells when it took effect, monotonic ns.</param>
public sealed record ScenarioStep(double? AtFraction, TimeSpan After, string What, Func<LabLink, Task<long>> ActAsync)
{
    /// <summary>The link that it happens to; null for the scenario's.</summary>
    public string? Link { get; init; }

    /// <summary>A fault or its end; false for a step that prepares the next one and changes nothing that could stall.</summary>
    public bool IsEvent { get; init; } = true;
}

/// <summary>An experiment: links, an upload, what happens to the first link meanwhile, and what is demanded.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    public LabSpec Links { get; init; } = LabSpec.ThreeLinks;

    /// <summary>Bytes to upload.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The link that is harmed.</summary>
    public string Link { get; init; } = "eth0";

    public IReadOnlyList<ScenarioStep> Steps { get; init; } = [];

    /// <summary>So many faults of any link, drawn at random with the run's seed, instead of <see cref="Steps"/>; 0 for none.</summary>
    public int RandomFaults { get; init; }

    /// <summary>The longest stall that is allowed, ms; null where none is demanded.</summary>
    public double? AllowedStallMilliseconds { get; init; }

    /// <summary>The longest that the upload may take, seconds; null where none is demanded.</summary>
    public double? AllowedSeconds { get; init; }

    /// <summary>The interface over which the upload must end; null for any.</summary>
    public string? EndsOver { get; init; }

    /// <summary>`--mode` of the client.</summary>
    public string Mode { get; init; } = "failover";

    /// <summary>
    /// The least whole-file rate, ramp and tail included, in percent of what all links carry together (sum of rates x 1448/1514);
    /// null where none is demanded.
    /// </summary>
    public double? LeastCapacityPercent { get; init; }

    /// <summary>
    /// The least rate from the first fault to the last byte, in percent of what the links other than <see cref="Link"/> carry together; null where none is
    /// demanded.
    /// </summary>
    public double? LeastRemainingPercent { get; init; }

    /// <summary>After each upload the kernel's MPTCP carries as many bytes over the same links, for comparison.</summary>
    public bool BesideMptcp { get; init; }

    /// <summary>Payload bits per second that all links carry together: of each 1514 bytes of Ethernet frame 1448 are payload.</summary>
    public double CapacityBitsPerSecond => PayloadOf(Links.Links);

    /// <summary>The same without <see cref="Link"/>.</summary>
    public double RemainingBitsPerSecond => PayloadOf(Links.Links.Where(l => l.Name != Link));

    /// <summary>Configuration for the client, TOML; empty for none.</summary>
    public string ClientConfiguration { get; init; } = "";

    /// <summary>Configuration for the server, TOML; empty for none.</summary>
    public string ServerConfiguration { get; init; } = "";

    /// <summary>Done before the upload begins: a link that is not there yet, most likely.</summary>
    public Func<NetworkLab, Task>? PrepareAsync { get; init; }

    /// <summary>The switches that the client must report, these and no others; several such lists where more than one course is right; empty where any will do.</summary>
    public IReadOnlyList<IReadOnlyList<ExpectedSwitch>> Switches { get; init; } = [];

    /// <summary>What the client must say of its paths.</summary>
    public IReadOnlyList<ExpectedPath> Paths { get; init; } = [];

    /// <summary>Afterwards the same device uploads once more: so much. 0 for no second upload.</summary>
    public long SecondFileBytes { get; init; }

    /// <summary>What the client must say of its paths then.</summary>
    public IReadOnlyList<ExpectedPath> SecondPaths { get; init; } = [];

    private static double PayloadOf(IEnumerable<LinkSpec> links) => links.Sum(l => (double)l.Up.BitsPerSecond) * 1448 / 1514;
}
