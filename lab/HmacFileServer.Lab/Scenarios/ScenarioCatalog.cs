using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>The scenarios that claims about the product rest on.</summary>
public static class ScenarioCatalog
{
    private const long MiB = 1 << 20;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. Links,
        .. StoryCatalog.All,
    ];

    private static IReadOnlyList<Scenario> Links =>
    [
        new()
        {
            Name = "baseline",
            Description = "Nothing happens: what the measurement itself sees as stalls, and the rate.",
            FileBytes = 48 * MiB,
        },
        new()
        {
            Name = "cable-pull",
            Description = "eth0's cable is pulled when 40 % have arrived: carrier lost, bytes on their way lost.",
            FileBytes = 48 * MiB,
            Steps = [new(0.4, TimeSpan.Zero, "cable pulled", link => link.PullCableAsync())],
            AllowedStallMilliseconds = 100,
        },
        new()
        {
            Name = "blackhole",
            Description = "eth0 turns into a silent blackhole, both ways, when 40 % have arrived; its carrier stays.",
            FileBytes = 48 * MiB,
            Steps = [new(0.4, TimeSpan.Zero, "blackhole", link => link.BlackholeAsync())],
            AllowedStallMilliseconds = 250,
        },
        new()
        {
            Name = "address-removed",
            Description = "A network manager takes eth0's address and routes away when 40 % have arrived; its carrier stays.",
            FileBytes = 48 * MiB,
            Steps = [new(0.4, TimeSpan.Zero, "address removed", link => link.RemoveAddressAsync())],
            AllowedStallMilliseconds = 100,
        },
        new()
        {
            Name = "return",
            Description = "eth0's cable is pulled at 20 % and plugged in again a second later; the upload returns to it once it has been stable.",
            FileBytes = 96 * MiB,
            Steps =
            [
                new(0.2, TimeSpan.Zero, "cable pulled", link => link.PullCableAsync()),
                new(null, TimeSpan.FromSeconds(1), "cable plugged in", link => link.PlugAsync()),
            ],
            EndsOver = "eth0",
            ClientConfiguration = "[network_resilience]\ninterface_stability_time = \"2s\"\n",
        },
        new()
        {
            Name = "aggregate",
            Description = "All three links together, jitter on the two wireless ones.",
            FileBytes = 250_000_000,
            Links = LabSpec.Parse("eth0:rate=100mbit,delay=2ms", "wlan0:rate=50mbit,delay=10ms,jitter=2ms", "wwan0:rate=20mbit,delay=30ms,jitter=5ms"),
            Mode = "aggregate",
            BesideMptcp = true,
            LeastCapacityPercent = 97,
        },
        new()
        {
            Name = "aggregate-loss",
            Description = "All three links together, wlan0 loses 5 % of the frames.",
            FileBytes = 250_000_000,
            Links = LabSpec.Parse("eth0:rate=100mbit,delay=2ms", "wlan0:rate=50mbit,delay=10ms,jitter=2ms,up-loss=5%", "wwan0:rate=20mbit,delay=30ms,jitter=5ms"),
            Mode = "aggregate",
            BesideMptcp = true,
            LeastCapacityPercent = 95,
        },
        new()
        {
            Name = "aggregate-spread",
            Description = "All three links together, round trips of 4, 40 and 400 ms.",
            FileBytes = 250_000_000,
            Links = LabSpec.Parse("eth0:rate=100mbit,delay=2ms", "wlan0:rate=50mbit,delay=20ms", "wwan0:rate=20mbit,delay=200ms"),
            Mode = "aggregate",
            BesideMptcp = true,
            LeastCapacityPercent = 93,
        },
        new()
        {
            Name = "aggregate-pull",
            Description = "All three links together, eth0's cable is pulled when 40 % have arrived.",
            FileBytes = 100_000_000,
            Mode = "aggregate",
            Steps = [new(0.4, TimeSpan.Zero, "cable pulled", link => link.PullCableAsync())],
            AllowedStallMilliseconds = 100,
            LeastRemainingPercent = 100 / 1.03,
        },
        new()
        {
            Name = "random-faults",
            Description = "24 faults of any link, drawn at random with the run's seed, over 500 MB: bytes equal, nothing acknowledged sent again, no hang.",
            FileBytes = 500_000_000,
            Mode = "aggregate",
            RandomFaults = 24,
            ClientConfiguration = "[network_resilience]\ninterface_stability_time = \"1s\"\n",
        },
    ];

    /// <summary>The scenario with a name.</summary>
    /// <exception cref="FormatException">There is none; the message has those that there are.</exception>
    public static Scenario Find(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new FormatException($"there is no scenario '{name}'; there are {string.Join(", ", All.Select(s => s.Name))}");
}
