using HmacFileServer.Lab.Relay;

namespace HmacFileServer.Lab.Topology;

/// <summary>
/// A link of a running lab, and what can happen to it. Every fault returns the instant at which it took effect, in nanoseconds of
/// the monotonic clock (<see cref="TimeProvider.GetTimestamp"/> of <see cref="TimeProvider.System"/>).
/// </summary>
public sealed class LabLink
{
    private readonly RelayHandle _relay;
    private readonly LabHost _client;
    private readonly LinkSpec _spec;

    internal LabLink(LinkSpec spec, LinkEnds ends, RelayHandle relay, LabHost client)
    {
        (_spec, Ends, _relay, _client) = (spec, ends, relay, client);
    }

    public string Name => Ends.Name;

    public LinkEnds Ends { get; }

    /// <summary>Pulls the cable at one end: the interface there loses its carrier, and what is on its way is lost.</summary>
    public Task<long> PullCableAsync(LinkSide side = LinkSide.Client) => _relay.CommandAsync($"carrier {Name} {Word(side)} off");

    /// <summary>Plugs the cable in again.</summary>
    public Task<long> PlugAsync(LinkSide side = LinkSide.Client) => _relay.CommandAsync($"carrier {Name} {Word(side)} on");

    /// <summary>Every frame vanishes, those on their way too; the interfaces keep their carriers and notice nothing.</summary>
    public Task<long> BlackholeAsync(LinkDirection direction = LinkDirection.Both) => _relay.CommandAsync($"drop {Name} {Word(direction)}");

    /// <summary>Ends a blackhole in both directions.</summary>
    public Task<long> RestoreAsync() => _relay.CommandAsync($"pass {Name} both");

    /// <summary>Changes rate, delay, jitter, loss or queue, as <see cref="LinkShape.With"/> reads them.</summary>
    /// <exception cref="FormatException">The text is wrong.</exception>
    public Task<long> SetAsync(string changes, LinkDirection direction = LinkDirection.Both)
    {
        _ = new LinkShape().With(changes);
        return _relay.CommandAsync($"set {Name} {Word(direction)} {changes.Replace(" ", "", StringComparison.Ordinal)}");
    }

    /// <summary>
    /// Takes the address and every route over the link from the client, as a network manager does when it leaves a network; the
    /// carrier stays.
    /// </summary>
    public async Task<long> RemoveAddressAsync()
    {
        await IpCommand.BatchAsync(_client.Namespace, $"route flush dev {Name}", $"address flush dev {Name} scope global");
        return TimeProvider.System.GetTimestamp();
    }

    /// <summary>Gives address and routes back.</summary>
    public async Task<long> RestoreAddressAsync()
    {
        await IpCommand.BatchAsync(_client.Namespace, [.. AddressCommands()]);
        return TimeProvider.System.GetTimestamp();
    }

    /// <summary>Pulls the cable again and again.</summary>
    /// <param name="count">How often, at least 1.</param>
    /// <param name="down">How long the carrier is away each time.</param>
    /// <param name="up">How long it is there before the next time.</param>
    /// <param name="cancellation">Ends it with the cable plugged in.</param>
    public async Task FlapAsync(int count, TimeSpan down, TimeSpan up, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        for (var i = 0; i < count; i++)
        {
            await PullCableAsync();
            try
            {
                await Task.Delay(down, TimeProvider.System, cancellation);
            }
            finally
            {
                await PlugAsync();
            }
            await Task.Delay(up, TimeProvider.System, cancellation);
        }
    }

    /// <summary>What the link has carried and lost.</summary>
    public async Task<LinkCounters> CountersAsync() => (await _relay.ReportAsync()).Links[Name];

    internal IEnumerable<string> AddressCommands()
    {
        yield return $"address add {Ends.ClientAddress}/24 dev {Name}";
        if (!_spec.RealNeighbourDiscovery)
            yield return $"neighbour replace {Ends.ServerAddress} lladdr {Ends.ServerMac} nud permanent dev {Name}";
        yield return $"route add default via {Ends.ServerAddress} dev {Name} metric {Ends.Metric}";
    }

    private static string Word(LinkSide side) => side == LinkSide.Client ? "client" : "server";

    private static string Word(LinkDirection direction) => direction switch
    {
        LinkDirection.Up => "up",
        LinkDirection.Down => "down",
        _ => "both",
    };
}
