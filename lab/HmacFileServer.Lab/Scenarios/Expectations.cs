using System.Globalization;
using System.Text.Json;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>A switch that the client must report.</summary>
/// <param name="From">The interface left; with several addresses of the server `INTERFACE>ADDRESS`.</param>
/// <param name="To">The interface taken, likewise.</param>
/// <param name="Reasons">Any of these.</param>
public sealed record ExpectedSwitch(string From, string To, params IReadOnlyList<string> Reasons);

/// <summary>What a path must have used. Bounds are inclusive.</summary>
/// <param name="Interface">Its name.</param>
public sealed record ExpectedPath(string Interface)
{
    /// <summary>File bytes that it must have carried.</summary>
    public long LeastBytes { get; init; } = 1;

    /// <summary>The largest buffer of its connections.</summary>
    public (long Least, long Most)? Buffer { get; init; }

    /// <summary>The longest segment that was acknowledged over it.</summary>
    public (long Least, long Most)? Chunk { get; init; }

    /// <summary>True if it must have begun with what was learned of its network, false if nothing may have been known; null for either.</summary>
    public bool? IsKnown { get; init; }

    /// <summary>Of what was learned: bytes per second.</summary>
    public (double Least, double Most)? KnownRate { get; init; }
}

/// <summary>Compares a client's report with what is expected of it.</summary>
internal static class Expectations
{
    /// <param name="report">The client's.</param>
    /// <param name="courses">Each is a list of switches that would be right; empty where any will do.</param>
    /// <param name="paths">What is expected of paths.</param>
    /// <returns>What is not as expected, in words; null if all is.</returns>
    public static string? Check(ClientReport report, IReadOnlyList<IReadOnlyList<ExpectedSwitch>> courses, IReadOnlyList<ExpectedPath> paths)
    {
        if (report.Json is not { } json)
            return courses.Count == 0 && paths.Count == 0 ? null : "the client printed no report";
        return CheckSwitches(json, courses) ?? paths.Select(p => CheckPath(json, p)).FirstOrDefault(p => p is not null);
    }

    private static string? CheckSwitches(JsonElement json, IReadOnlyList<IReadOnlyList<ExpectedSwitch>> courses)
    {
        var seen = json.GetProperty("switches").EnumerateArray()
            .Select(s => (From: End(s, "from"), To: End(s, "to"), Reason: s.GetProperty("reason").GetString()!)).ToList();
        if (courses.Count == 0 || courses.Any(c => c.Count == seen.Count && seen.Zip(c).All(p => p.First.From == p.Second.From && p.First.To == p.Second.To && p.Second.Reasons.Contains(p.First.Reason))))
            return null;
        var wanted = courses.Select(c => string.Join(", ", c.Select(e => $"{e.From} -> {e.To} ({string.Join('|', e.Reasons)})")));
        return $"the switches are {string.Join(", ", seen.Select(s => $"{s.From} -> {s.To} ({s.Reason})"))}; expected {string.Join(" or ", wanted)}";
    }

    private static string End(JsonElement change, string name) =>
        change.TryGetProperty($"{name}_endpoint", out var endpoint) ? $"{change.GetProperty(name).GetString()}>{endpoint.GetString()}" : change.GetProperty(name).GetString()!;

    private static string? CheckPath(JsonElement json, ExpectedPath expected)
    {
        var all = json.GetProperty("paths").EnumerateArray().Where(p => p.GetProperty("interface").GetString() == expected.Interface).ToList();
        if (all.Count == 0)
            return $"the client says nothing of {expected.Interface}";
        // With several addresses of the server there are several paths over one interface.
        long Sum(string name) => all.Sum(p => p.GetProperty(name).GetInt64());
        long Most(string name) => all.Max(p => p.GetProperty(name).GetInt64());
        if (Sum("bytes") < expected.LeastBytes)
            return $"{expected.Interface} carried {Sum("bytes")} bytes, at least {expected.LeastBytes} are expected";
        return Outside(expected, "largest buffer", Most("largest_buffer_bytes"), expected.Buffer)
            ?? Outside(expected, "longest segment", Most("largest_chunk_bytes"), expected.Chunk)
            ?? CheckProfile(all[0], expected);
    }

    private static string? CheckProfile(JsonElement path, ExpectedPath expected)
    {
        var isKnown = path.TryGetProperty("profile", out var profile);
        if (expected.IsKnown is { } wanted && wanted != isKnown)
            return $"{expected.Interface} {(isKnown ? "began with a profile, and none is expected" : "began without the profile that is expected")}";
        if (expected.KnownRate is not var (least, most))
            return null;
        var rate = isKnown ? profile.GetProperty("bytes_per_second").GetDouble() : 0;
        return rate >= least && rate <= most ? null : string.Create(CultureInfo.InvariantCulture, $"the profile of {expected.Interface} says {rate:0} bytes/s, {least:0} to {most:0} are expected");
    }

    private static string? Outside(ExpectedPath path, string what, long seen, (long Least, long Most)? bounds) =>
        bounds is var (least, most) && (seen < least || seen > most) ? $"the {what} of {path.Interface} is {seen}, {least} to {most} are expected" : null;
}
