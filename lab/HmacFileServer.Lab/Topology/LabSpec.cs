namespace HmacFileServer.Lab.Topology;

/// <summary>The network to build.</summary>
public sealed record LabSpec
{
    /// <summary>1 to 100 links with different names; the first is the client's most preferred route.</summary>
    public required IReadOnlyList<LinkSpec> Links { get; init; }

    /// <summary>Seed of all random loss and jitter, so that a run can be repeated.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// TCP congestion control of both hosts. A new namespace inherits the machine's own default, which would make figures
    /// differ from machine to machine; cubic is what most systems ship with.
    /// </summary>
    public string CongestionControl { get; init; } = "cubic";

    /// <summary>
    /// Names of the client's own interfaces, where the links are the server's uplinks: a router joins these, which are as fast as the machine, with all links.
    /// Empty where the links lead from the client to the server.
    /// </summary>
    public IReadOnlyList<string> ClientInterfaces { get; init; } = [];

    /// <summary>The links of a laptop or a van: eth0 100 Mbit/s and 2 ms, wlan0 50 and 10, wwan0 20 and 30 (each way).</summary>
    public static LabSpec ThreeLinks { get; } = Parse("eth0:rate=100mbit,delay=2ms", "wlan0:rate=50mbit,delay=10ms", "wwan0:rate=20mbit,delay=30ms");

    /// <summary>Reads links as <see cref="LinkSpec.Parse"/> does.</summary>
    /// <exception cref="FormatException">What is wrong with a link.</exception>
    public static LabSpec Parse(params IEnumerable<string> links)
    {
        var spec = new LabSpec { Links = [.. links.Select(LinkSpec.Parse)] };
        if (spec.Links.Count is 0 or > 100)
            throw new FormatException("a lab has 1 to 100 links");
        if (spec.Links.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new FormatException($"two links are named {twice.Key}");
        return spec;
    }
}
