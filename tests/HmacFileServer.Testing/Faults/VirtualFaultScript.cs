namespace HmacFileServer.Testing.Faults;

/// <summary>One fault of a script.</summary>
/// <param name="AtFraction">When the server holds this part of the file, 0 to 1; at the latest <see cref="VirtualFaultScript.LongestWait"/> after the one before.</param>
/// <param name="Link">Which link is harmed; null for the server.</param>
/// <param name="What">In words.</param>
/// <param name="Lasts">How long.</param>
/// <param name="Begin">Does it.</param>
/// <param name="During">Is done at every look, with the part of its time that has passed; null for nothing.</param>
public sealed record VirtualFault(double AtFraction, string? Link, string What, TimeSpan Lasts, Action<FaultyLink?, RangeServer, TimeSpan> Begin, Action<FaultyLink, double>? During = null)
{
    public override string ToString() => FormattableString.Invariant($"{AtFraction:P0} {Link ?? "server"}: {What} for {Lasts.TotalSeconds:F1} s");
}

/// <summary>Faults drawn at random, the same ones for the same seed; they overlap as they fall, and all links may be gone at once.</summary>
public static class VirtualFaultScript
{
    private const double ShortestSeconds = 0.1;
    private const double LongestSeconds = 3;
    private const double LongSeconds = 30; // one in twelve: longer than any timeout of the client's but the last

    /// <summary>All faults have begun when the server holds this much, so that none comes too late.</summary>
    private const double LastFraction = 0.95;

    /// <summary>The next fault does not wait longer than this for its part of the file, so that a script also goes on where nothing moves.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<VirtualFault> Draw(Random random, int count, IReadOnlyList<FaultyLink> links) =>
        [.. Enumerable.Range(0, count).Select(i => DrawOne(random, LastFraction * (i + random.NextDouble()) / count, links[random.Next(links.Count)].Name))];

    private static VirtualFault DrawOne(Random random, double at, string link)
    {
        var lasts = TimeSpan.FromSeconds(ShortestSeconds + (random.NextDouble() * ((random.Next(12) == 0 ? LongSeconds : LongestSeconds) - ShortestSeconds)));
        var delay = TimeSpan.FromMilliseconds(20 + random.Next(400));
        return random.Next(12) switch
        {
            0 or 1 => Harm("carrier lost", l => l.HasCarrier = false),
            2 => Harm("address removed", l => l.HasAddress = false),
            3 => Harm("blackhole", l => l.UpWorks = l.DownWorks = false),
            4 => Harm("blackhole upwards", l => l.UpWorks = false),
            5 => Harm("blackhole downwards", l => l.DownWorks = false),
            6 => Harm("a tenth of the rate", l => l.Rate = l.FullRate / 10),
            7 => Harm($"{delay.TotalMilliseconds:F0} ms more", l => l.Delay = l.FullDelay + delay),
            8 => Harm($"a queue of {delay.TotalMilliseconds:F0} ms", l => l.Queue = delay),
            9 => Harm("slow decay", _ => { }) with { During = (l, part) => l.Rate = l.FullRate * Math.Pow(0.01, part) },
            10 => Harm("connections reset", _ => { }) with { Begin = (l, server, now) => server.Reset(l!, now) },
            _ => new VirtualFault(at, null, "restart", lasts, (_, server, now) => server.Restart(now, lasts)),
        };

        VirtualFault Harm(string what, Action<FaultyLink> begin) => new(at, link, what, lasts, (l, _, _) => begin(l!));
    }
}
