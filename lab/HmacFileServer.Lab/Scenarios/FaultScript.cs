using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>One fault of a script.</summary>
/// <param name="AtFraction">When the server holds this part of the file, 0 to 1; at the latest <see cref="FaultScript.LongestWait"/> after the one before.</param>
/// <param name="Link">Which link is harmed.</param>
/// <param name="What">In words.</param>
/// <param name="Lasts">How long.</param>
/// <param name="BeginAsync">Does it.</param>
/// <param name="EndAsync">Undoes it.</param>
public sealed record ScriptedFault(double AtFraction, string Link, string What, TimeSpan Lasts, Func<LabLink, Task> BeginAsync, Func<LabLink, Task> EndAsync);

/// <summary>
/// Faults drawn at random, the same ones for the same seed: cables, silent blackholes in either direction, addresses, rates, losses and delays of
/// any link, overlapping as they fall; all links may be gone at once, and each fault ends within three seconds.
/// </summary>
public sealed class FaultScript
{
    private const double ShortestSeconds = 0.1;
    private const double LongestSeconds = 3;

    /// <summary>Where the last fault may begin. What is left of 500 MB takes all links together longer than a fault lasts: one that waits for its link's last one still comes.</summary>
    private const double LastPart = 0.85;

    private readonly List<string> _log = [];

    private FaultScript(IReadOnlyList<ScriptedFault> faults) => Faults = faults;

    /// <summary>The next fault does not wait longer than this for its part of the file, so that a script also goes on where nothing moves.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<ScriptedFault> Faults { get; }

    /// <summary>What was done, in order; for the reader of a failed run.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>Draws a script.</summary>
    /// <param name="seed">The same seed draws the same faults.</param>
    /// <param name="count">How many.</param>
    /// <param name="links">The links, as they are when nothing harms them.</param>
    public static FaultScript Draw(int seed, int count, IReadOnlyList<LinkSpec> links)
    {
        var random = new Random(seed);
        return new FaultScript([.. Enumerable.Range(0, count).Select(i => DrawOne(random, LastPart * (i + random.NextDouble()) / count, links))]);
    }

    /// <summary>Does every fault at its time, and undoes each; all are undone when this returns.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="reachedAsync">Is over when the server holds a part of the file.</param>
    /// <param name="ended">Is over when the upload is.</param>
    /// <returns>How many faults took place before the upload ended.</returns>
    public async Task<int> PlayAsync(NetworkLab lab, Func<double, Task> reachedAsync, Task ended)
    {
        var done = 0;
        // A link that is harmed is left alone until its fault is undone: faults of one link would undo each other.
        Dictionary<string, Task> harmed = [];
        foreach (var fault in Faults)
        {
            await Task.WhenAny(reachedAsync(fault.AtFraction), ended, Task.Delay(LongestWait, TimeProvider.System));
            if (harmed.TryGetValue(fault.Link, out var before))
                await Task.WhenAny(before, ended);
            if (ended.IsCompleted)
                break;
            _log.Add($"{fault.Link}: {fault.What} for {fault.Lasts.TotalMilliseconds:0} ms at {fault.AtFraction:P0}");
            harmed[fault.Link] = HarmAsync(lab.Link(fault.Link), fault, ended);
            done++;
        }
        await Task.WhenAll(harmed.Values);
        return done;
    }

    private static async Task HarmAsync(LabLink link, ScriptedFault fault, Task ended)
    {
        await fault.BeginAsync(link);
        await Task.WhenAny(Task.Delay(fault.Lasts, TimeProvider.System), ended);
        await fault.EndAsync(link);
    }

    private static ScriptedFault DrawOne(Random random, double at, IReadOnlyList<LinkSpec> links)
    {
        var link = links[random.Next(links.Count)];
        var lasts = TimeSpan.FromSeconds(ShortestSeconds + (random.NextDouble() * (LongestSeconds - ShortestSeconds)));
        return random.Next(8) switch
        {
            0 or 1 => Fault("cable pulled", l => l.PullCableAsync(), l => l.PlugAsync()),
            2 => Fault("address removed", l => l.RemoveAddressAsync(), l => l.RestoreAddressAsync()),
            3 => Fault("blackhole", l => l.BlackholeAsync(), l => l.RestoreAsync()),
            4 => Fault("blackhole upwards", l => l.BlackholeAsync(LinkDirection.Up), l => l.RestoreAsync()),
            5 => Fault("blackhole downwards", l => l.BlackholeAsync(LinkDirection.Down), l => l.RestoreAsync()),
            6 => Change("a tenth of the rate", $"rate={link.Up.BitsPerSecond / 10}bit"),
            _ => Change("loss and delay", $"loss={5 + random.Next(30)}%,delay={50 + random.Next(400)}ms"),
        };

        ScriptedFault Fault(string what, Func<LabLink, Task> begin, Func<LabLink, Task> end) => new(at, link.Name, what, lasts, begin, end);

        ScriptedFault Change(string what, string to) => Fault($"{what} ({to})", l => l.SetAsync(to), async l =>
        {
            await l.SetAsync(link.Up.ToString(), LinkDirection.Up);
            await l.SetAsync(link.Down.ToString(), LinkDirection.Down);
        });
    }
}
