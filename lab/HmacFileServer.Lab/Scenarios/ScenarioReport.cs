using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>The runs of a scenario, their medians, and whether what was demanded is met; as text and as JSON.</summary>
public sealed record ScenarioReport
{
    // Ten times the sampler's interval: on a machine with nothing else to do it is seen to wait 10 ms.
    private const double BusyPauseMs = 40;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Scenario { get; init; }

    public required string Description { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Kernel and number of cores: figures of another machine differ.</summary>
    public required string Machine { get; init; }

    public required string Client { get; init; }

    public required IReadOnlyList<string> Links { get; init; }

    public required long FileBytes { get; init; }

    /// <summary>Median of <see cref="RunResult.StallMs"/>.</summary>
    public required double MedianStallMs { get; init; }

    public required double? AllowedStallMs { get; init; }

    public required double MedianSeconds { get; init; }

    /// <summary>Median of <see cref="RunResult.RemainingPercent"/>; null where none is demanded.</summary>
    public double? MedianRemainingPercent { get; init; }

    /// <summary>No run failed, the median stall is allowed, nothing acknowledged was sent again, and never more than was in flight.</summary>
    public required bool Met { get; init; }

    /// <summary>What is not met, in words.</summary>
    public required IReadOnlyList<string> Unmet { get; init; }

    public required IReadOnlyList<RunResult> Runs { get; init; }

    /// <param name="scenario">What was run.</param>
    /// <param name="client">Which client, for the reader.</param>
    /// <param name="runs">At least one.</param>
    /// <param name="at">When.</param>
    public static ScenarioReport Of(Scenario scenario, string client, IReadOnlyList<RunResult> runs, DateTimeOffset at)
    {
        var stall = Median(runs.Select(r => r.StallMs));
        var unmet = Unmets(scenario, runs, stall).ToList();
        return new ScenarioReport
        {
            Scenario = scenario.Name,
            Description = scenario.Description,
            At = at,
            Machine = $"{Environment.OSVersion.VersionString}, {Environment.ProcessorCount} cores",
            Client = client,
            Links = [.. scenario.Links.Links.Select(l => $"{l.Name}: up {l.Up}; down {l.Down}"), $"congestion control: {scenario.Links.CongestionControl}"],
            FileBytes = scenario.FileBytes,
            MedianStallMs = stall,
            AllowedStallMs = scenario.AllowedStallMilliseconds,
            MedianRemainingPercent = scenario.LeastRemainingPercent is null ? null : Median(runs.Select(r => r.RemainingPercent)),
            MedianSeconds = Median(runs.Select(r => r.Seconds)),
            Met = unmet.Count == 0,
            Unmet = unmet,
            Runs = runs,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToText()
    {
        var text = new StringBuilder();
        Line(text, $"{Scenario}: {Description}");
        Line(text, $"{At:yyyy-MM-dd HH:mm} UTC, {Machine}, {FileBytes >> 20} MiB by {Client}");
        foreach (var link in Links)
            Line(text, $"  {link}");
        Line(text, $"run  stall ms  before ms  longest ms  seconds  Mbit/s  capacity %  mptcp %   resent  in flight  came again  client's stall  pause ms  late  relay %  switches");
        foreach (var (run, i) in Runs.Select((r, i) => (r, i + 1)))
        {
            Line(text, $"{i,3}  {run.StallMs,8:0.0}  {run.GapBeforeMs,9:0.0}  {run.LongestGapMs,10:0.0}  {run.Seconds,7:0.00}  {run.MegabitsPerSecond,6:0.0}  {run.CapacityPercent,10:0.0}  {(run.MptcpCapacityPercent > 0 ? run.MptcpCapacityPercent.ToString("0.0", CultureInfo.InvariantCulture) : "-"),7}  {run.ResentBytes,7}  {run.InFlightBytes,9}  {run.DuplicateBytes,10}  {run.ClientStallMs,14:0.0}  {run.SamplerPauseMs,8:0.0}  {run.RelayLateFrames,4}  {run.RelayCpuPercent,7:0.0}  {Switches(run)}");
            if (run.Failure is not null)
                Line(text, $"     FAILED: {run.Failure}");
        }
        if (MedianRemainingPercent is { } remaining)
            Line(text, $"From the fault to the end: median {remaining:0.0} % of what the other links carry together.");
        if (Runs.FirstOrDefault(r => r.MptcpMissing is not null) is { } without)
            Line(text, $"Kernel MPTCP was not measured: {without.MptcpMissing}");
        if (Runs.Any(r => r.MptcpCapacityPercent > 0))
            Line(text, $"Kernel MPTCP over the same links: median {Median(Runs.Select(r => r.MptcpCapacityPercent)):0.0} %.");
        if (Runs.Max(r => r.SamplerPauseMs) is var pause and > BusyPauseMs)
            Line(text, $"The machine was busy: the server once took {pause:0} ms to answer the sampler. Stalls are no more exact than that.");
        Line(text, $"median stall {MedianStallMs:0.0} ms{(AllowedStallMs is { } allowed ? $" (allowed {allowed:0})" : "")}, median time {MedianSeconds:0.00} s, median rate {Median(Runs.Select(r => r.CapacityPercent)):0.0} % of all links together: {(Met ? "met" : "NOT MET: " + string.Join("; ", Unmet))}");
        return text.ToString();
    }

    /// <summary>The middle of the values; of an even number, the mean of both in the middle.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static IEnumerable<string> Unmets(Scenario scenario, IReadOnlyList<RunResult> runs, double stall)
    {
        if (runs.Count(r => r.Failure is not null) is var failed and > 0)
            yield return $"{failed} of {runs.Count} runs failed";
        if (stall > scenario.AllowedStallMilliseconds)
            yield return string.Create(CultureInfo.InvariantCulture, $"the median stall is {stall:0.0} ms");
        if (Median(runs.Select(r => r.Seconds)) is var seconds && seconds > scenario.AllowedSeconds)
            yield return string.Create(CultureInfo.InvariantCulture, $"the median time is {seconds:0.0} s, {scenario.AllowedSeconds:0.0} s are allowed");
        if (Median(runs.Select(r => r.CapacityPercent)) is var capacity && capacity < scenario.LeastCapacityPercent)
            yield return string.Create(CultureInfo.InvariantCulture, $"the median rate is {capacity:0.0} % of the links' capacity, {scenario.LeastCapacityPercent:0} % are demanded");
        if (Median(runs.Select(r => r.RemainingPercent)) is var remaining && remaining < scenario.LeastRemainingPercent)
            yield return string.Create(CultureInfo.InvariantCulture, $"after the fault the median rate is {remaining:0.0} % of the other links' capacity, {scenario.LeastRemainingPercent:0.0} % are demanded");
        if (runs.Max(r => r.DuplicateBytes) is var again and > 0)
            yield return $"{again} bytes that the server held came again";
        // Where the upload leaves a link of its own accord, nothing is in flight that it would lose.
        if (scenario.Steps.Count > 0 && runs.FirstOrDefault(r => r.ResentBytes > r.InFlightBytes) is { } more)
            yield return $"{more.ResentBytes} bytes were sent again and {more.InFlightBytes} were in flight";
    }

    private static string Switches(RunResult run) => run.ClientReport is not { } report || !report.TryGetProperty("switches", out var switches) ? "" : string.Join(", ", switches.EnumerateArray().Select(s =>
        $"{Member(s, "from")}>{Member(s, "to")} at {Member(s, "at_ms")} ms: {Member(s, "reason")} after {Member(s, "detected_after_ms")} ms"));

    private static string Member(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "?";

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
