using System.Globalization;
using System.Net;

namespace HmacFileServer.Lab.Topology;

/// <summary>Names and addresses of the n-th link (1 to 100) of a lab, all in 198.18.0.0/15 (RFC 2544, for benchmarks).</summary>
/// <param name="Number">1 is the most preferred.</param>
/// <param name="Name">The interface's name at the client.</param>
/// <param name="IsUplink">The link is one of the server's uplinks: its interface there has the link's own name.</param>
public sealed record LinkEnds(int Number, string Name, bool IsUplink = false)
{
    /// <summary>The server's one address, reachable over every link.</summary>
    public static IPAddress Service { get; } = IPAddress.Parse("198.18.0.1");

    public IPAddress ClientAddress { get; } = IPAddress.Parse($"198.18.{Number}.2");

    /// <summary>The server's end of the link, the client's gateway over it.</summary>
    public IPAddress ServerAddress { get; } = IPAddress.Parse($"198.18.{Number}.1");

    /// <summary>The interface's name at the server.</summary>
    public string ServerInterface => IsUplink ? Name : $"srv-{Name}";

    /// <summary>Metric of the client's default route over this link: 100, 200, ...</summary>
    public int Metric => Number * 100;

    internal string ClientWire => $"c-{Name}";

    internal string ServerWire => $"s-{Name}";

    internal string ClientMac => Mac(0xc1);

    internal string ServerMac => Mac(0x5e);

    // Interface numbers differ between the ends of each pair: where both ends had the same by chance, the kernel would take a
    // virtual interface for a real one, and tell of a lost carrier up to a second late.
    internal int ClientIndex => 10 + Number;

    internal int ServerIndex => 210 + Number;

    internal int ClientWireIndex => 410 + Number;

    internal int ServerWireIndex => 610 + Number;

    private string Mac(int side) => string.Create(CultureInfo.InvariantCulture, $"02:{side:x2}:00:00:00:{Number:x2}");
}
