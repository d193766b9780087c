namespace HmacFileServer.Lab.Scenarios;

/// <summary>The scenarios that claims about the product rest on.</summary>
public static class ScenarioCatalog
{
    private const long MiB = 1 << 20;

    public static IReadOnlyList<Scenario> All { get; } =
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
    ];

    /// <summary>The scenario with a name.</summary>
    /// <exception cref="FormatException">There is none; the message has those that there are.</exception>
    public static Scenario Find(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new FormatException($"there is no scenario '{name}'; there are {string.Join(", ", All.Select(s => s.Name))}");
}
