using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Recordings;

/// <summary>Something that happens to a link while a recording runs.</summary>
/// <param name="At">After its start.</param>
/// <param name="What">In words.</param>
/// <param name="ActAsync">Does it.</param>
public sealed record RecordedFault(TimeSpan At, string What, Func<NetworkLab, Task> ActAsync);

/// <summary>A session at a terminal of the lab's client host: what is typed, and what happens to the links meanwhile.</summary>
/// <param name="Name">Of its file, without an ending.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Commands">What is typed; `^C` behind one is Ctrl-C after three seconds.</param>
public sealed record Recording(string Name, string Title, IReadOnlyList<string> Commands)
{
    public IReadOnlyList<RecordedFault> Faults { get; init; } = [];

    /// <summary>Every mode, and what else a person sees of `hfs`.</summary>
    public static IReadOnlyList<Recording> All { get; } =
    [
        new("put-auto", "hfs put, mode auto: all unmetered networks together; the cable is pulled and plugged in again", ["hfs put film.mkv \"$slot\""])
        {
            Faults = Pull("eth0"),
        },
        new("put-failover", "hfs put, mode failover: one network at a time; the cable is pulled and plugged in again", ["hfs put film.mkv \"$slot\" --mode failover"])
        {
            Faults = Pull("eth0"),
        },
        new("put-aggregate", "hfs put, mode aggregate: all networks together; the Wi-Fi swallows everything for a while", ["hfs put film.mkv \"$slot\" --mode aggregate"])
        {
            Faults =
            [
                new(TimeSpan.FromSeconds(2), "the Wi-Fi swallows every frame, its carrier stays", lab => lab.Link("wlan0").BlackholeAsync()),
                new(TimeSpan.FromSeconds(4), "the Wi-Fi is well again", lab => lab.Link("wlan0").RestoreAsync()),
            ],
        },
        new("interfaces", "hfs interfaces", ["hfs interfaces"]),
        new("status-resume", "Ctrl-C, hfs status, hfs resume", ["hfs put film.mkv \"$slot\" --bwlimit 8MB ^C", "hfs status", "hfs resume"]),
    ];

    private static IReadOnlyList<RecordedFault> Pull(string link) =>
    [
        new(TimeSpan.FromSeconds(2), $"{link}'s cable is pulled", lab => lab.Link(link).PullCableAsync()),
        new(TimeSpan.FromSeconds(4), $"{link}'s cable is plugged in again", lab => lab.Link(link).PlugAsync()),
    ];
}
