using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>
/// What the product is for, as people live it: each story with the switches, the reasons and the sizes that it must show. Stalls allowed are generous, and far
/// below what a retry or a TCP timeout would cost.
/// </summary>
internal static class StoryCatalog
{
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;

    private const string QuickReturn = "[network_resilience]\ninterface_stability_time = \"2s\"\n";

    // Files that are large for the links: half a second of their rate exceeds the largest segment of their kind, two round trips of it the largest buffer.
    private static readonly LabSpec Phone = LabSpec.Parse("wlan0:rate=100mbit,delay=25ms,queue=100ms", "wwan0:rate=50mbit,delay=30ms,queue=100ms");

    // The server's uplinks: a cable, a wireless bridge, and a modem for bad days.
    private static readonly LabSpec Uplinks = LabSpec.Parse("eth0:rate=100mbit,delay=2ms", "wlan0:rate=50mbit,delay=5ms", "wwan0:rate=20mbit,delay=30ms");

    private const string Eth0 = "198.18.1.1";
    private const string Wlan0 = "198.18.2.1";
    private static readonly string[] Lost = ["interface_down", "timeout"];
    private static readonly string[] Back = ["better_alternative"];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new()
        {
            Name = "mobile",
            Description = "A person walks out of the house: Wi-Fi fades at 40 % and is gone a second later; LTE takes over, with the sizes of its kind.",
            FileBytes = 96 * MiB,
            Links = Phone,
            Link = "wlan0",
            Steps =
            [
                new(0.4, TimeSpan.Zero, "the signal fades", link => link.SetAsync("rate=30mbit,loss=0.5%")),
                new(null, TimeSpan.FromSeconds(1), "out of reach", link => link.PullCableAsync()),
            ],
            AllowedStallMilliseconds = 1000,
            Switches = [[new("wlan0", "wwan0", "interface_down", "timeout", "quality_degradation")]],
            Paths =
            [
                new("wlan0") { LeastBytes = 30 * MiB, Buffer = (512 * KiB, 512 * KiB), Chunk = UpTo(5 * MiB, least: (2 * MiB) + 1) },
                new("wwan0") { LeastBytes = 30 * MiB, Buffer = (256 * KiB, 256 * KiB), Chunk = UpTo(2 * MiB, least: MiB) },
            ],
        },
        new()
        {
            Name = "enterprise",
            Description = "The cable is pulled at 20 %: Wi-Fi. Wi-Fi turns bad at 40 %: LTE. The cable is back at 50 %: Ethernet again, by itself, once it has been stable.",
            FileBytes = 96 * MiB,
            Steps =
            [
                new(0.2, TimeSpan.Zero, "cable pulled", link => link.PullCableAsync()),
                new(0.4, TimeSpan.Zero, "Wi-Fi turns bad", link => link.SetAsync("rate=1mbit,delay=300ms,loss=10%")) { Link = "wlan0" },
                new(0.5, TimeSpan.Zero, "cable plugged in", link => link.PlugAsync()),
            ],
            Switches =
            [
                [
                    new("eth0", "wlan0", "interface_down"),
                    new("wlan0", "wwan0", "quality_degradation", "timeout"),
                    new("wwan0", "eth0", "better_alternative"),
                ],
            ],
            EndsOver = "eth0",
            AllowedSeconds = 22, // what the bad Wi-Fi still holds is not waited for once Ethernet has nothing else to do
            Paths =
            [
                new("eth0") { LeastBytes = 30 * MiB, Buffer = (512 * KiB, MiB), Chunk = UpTo(10 * MiB, least: 2 * MiB) },
                new("wlan0") { LeastBytes = 5 * MiB, Buffer = (256 * KiB, 512 * KiB), Chunk = UpTo(5 * MiB, least: MiB) },
                new("wwan0") { LeastBytes = 2 * MiB, Buffer = (128 * KiB, 256 * KiB), Chunk = UpTo(2 * MiB, least: 64 * KiB) },
            ],
            ClientConfiguration = QuickReturn,
        },
        new()
        {
            Name = "roaming",
            Description = "Cellular alone; at 20 % another carrier with another quality; at 35 % a hotel's Wi-Fi appears and is preferred. The next upload there begins with what was learned.",
            FileBytes = 48 * MiB,
            Links = LabSpec.Parse("wlan0:rate=40mbit,delay=15ms", "wwan0:rate=20mbit,delay=30ms"),
            Link = "wwan0",
            PrepareAsync = lab => lab.Link("wlan0").RemoveAddressAsync(),
            Steps =
            [
                new(0.2, TimeSpan.Zero, "another carrier", link => link.SetAsync("rate=8mbit,delay=60ms")),
                new(0.35, TimeSpan.Zero, "Wi-Fi appears", link => link.RestoreAddressAsync()) { Link = "wlan0" },
            ],
            Switches = [[new("wwan0", "wlan0", "better_alternative")]],
            EndsOver = "wlan0",
            Paths =
            [
                new("wwan0") { LeastBytes = 12 * MiB, Buffer = (128 * KiB, 256 * KiB), Chunk = UpTo(2 * MiB, least: 256 * KiB), IsKnown = false },
                new("wlan0") { LeastBytes = 16 * MiB, Buffer = (256 * KiB, 512 * KiB), Chunk = UpTo(5 * MiB, least: MiB), IsKnown = false },
            ],
            ClientConfiguration = QuickReturn,
            SecondFileBytes = 8 * MiB,
            // Of 40 Mbit/s, that is 4.8 MB/s; the whole of the first visit counts, its slow start too.
            SecondPaths = [new("wlan0") { LeastBytes = 4 * MiB, IsKnown = true, KnownRate = (2.4e6, 5.0e6) }],
        },
        ServerUplinks("server-uplinks", "the client has one link", ["eth0"]),
        ServerUplinks("server-uplinks-three", "the client has three links", ["eth0", "wlan0", "wwan0"]),
    ];

    /// <summary>The chunk size of a kind of network; a rest of less than a quarter goes with the segment before it.</summary>
    private static (long Least, long Most) UpTo(long chunk, long least) => (least, chunk + (chunk / 4));

    private static Scenario ServerUplinks(string name, string client, IReadOnlyList<string> interfaces) => new()
    {
        Name = name,
        Description = $"The server's eth0 loses its carrier at 20 % and has it back 3 s later; {client}. The upload goes to the server's next address, and returns.",
        FileBytes = 96 * MiB,
        Links = Uplinks with { ClientInterfaces = interfaces },
        Steps =
        [
            new(0.2, TimeSpan.Zero, "the server's cable is pulled", link => link.PullCableAsync(LinkSide.Server)),
            new(null, TimeSpan.FromSeconds(3), "and plugged in", link => link.PlugAsync(LinkSide.Server)),
        ],
        AllowedStallMilliseconds = 1000,
        // The server's word comes first as a rule. Where the silence is noticed before, a client with several links takes the path that shares nothing with the
        // silent one, and is back on its own first link once that has proved itself.
        Switches =
        [
            [new($"eth0>{Eth0}", $"eth0>{Wlan0}", Lost), new($"eth0>{Wlan0}", $"eth0>{Eth0}", Back)],
            [new($"eth0>{Eth0}", $"wlan0>{Wlan0}", Lost), new($"wlan0>{Wlan0}", $"eth0>{Wlan0}", Back), new($"eth0>{Wlan0}", $"eth0>{Eth0}", Back)],
            [new($"eth0>{Eth0}", $"wlan0>{Wlan0}", Lost), new($"wlan0>{Wlan0}", $"eth0>{Eth0}", Back)],
        ],
        Paths = [new("eth0") { LeastBytes = 60 * MiB }],
        ClientConfiguration = QuickReturn,
        ServerConfiguration = QuickReturn,
    };
}
