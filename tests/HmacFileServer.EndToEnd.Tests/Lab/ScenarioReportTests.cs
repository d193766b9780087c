using System.Text.Json;
using HmacFileServer.Lab.Scenarios;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>What counts as a stall, and when a scenario's demands are met.</summary>
public sealed class ScenarioReportTests
{
    private const long Ms = 1_000_000;
    private static readonly Scenario Pull = ScenarioCatalog.Find("cable-pull");

    [Fact]
    public void The_stall_of_a_fault_is_the_longest_gap_that_touches_the_time_after_it()
    {
        var trace = new ProgressTrace();
        foreach (var (at, bytes) in new[] { (100, 1), (130, 2), (134, 3), (138, 3), (200, 4), (204, 5), (999, 5) })
            trace.Add(at * Ms, bytes);
        Assert.Equal(66, trace.LongestGapMilliseconds()); // 134 to 200: samples without growth are no end
        Assert.Equal(66, trace.LongestGapMilliseconds(150 * Ms, 151 * Ms)); // spans the fault
        Assert.Equal(66, trace.LongestGapMilliseconds(120 * Ms, 135 * Ms)); // begins after it
        Assert.Equal(30, trace.LongestGapMilliseconds(120 * Ms, 134 * Ms));
        Assert.Equal(4, trace.LongestGapMilliseconds(from: 200 * Ms));
        Assert.Equal(30, trace.LongestGapBeforeMilliseconds(199 * Ms));
        Assert.Equal(66, trace.LongestGapBeforeMilliseconds(200 * Ms));
        Assert.Equal(0, trace.LongestGapBeforeMilliseconds(100 * Ms));
        Assert.Equal(0.104, trace.Seconds); // the time after the last byte is none of the upload's
        Assert.Equal(0, new ProgressTrace().LongestGapMilliseconds());
    }

    [Fact]
    public void The_median_of_the_runs_counts()
    {
        var report = Report(Run(60), Run(900), Run(80), Run(90), Run(20));
        Assert.Equal(80, report.MedianStallMs);
        Assert.True(report.Met, string.Join(";", report.Unmet));
        Assert.Equal(85, ScenarioReport.Median([90, 80]));
    }

    [Fact]
    public void A_stall_that_is_too_long_is_not_met() =>
        Assert.Contains("101.0 ms", Assert.Single(Report(Run(101), Run(101), Run(1)).Unmet), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_came_again_are_not_met_in_a_single_run() =>
        Assert.Contains("5 bytes", Assert.Single(Report(Run(10), Run(10) with { DuplicateBytes = 5 }).Unmet), StringComparison.Ordinal);

    [Fact]
    public void More_sent_again_than_was_in_flight_is_not_met() =>
        Assert.Contains("101 bytes", Assert.Single(Report(Run(10) with { ResentBytes = 101, InFlightBytes = 100 }).Unmet), StringComparison.Ordinal);

    [Fact]
    public void An_upload_that_takes_too_long_is_not_met()
    {
        var story = ScenarioCatalog.Find("enterprise");
        Assert.Contains("24.0 s", Assert.Single(ScenarioReport.Of(story, "hfs", [Run(10) with { Seconds = 24 }], DateTimeOffset.UnixEpoch).Unmet), StringComparison.Ordinal);
        Assert.True(ScenarioReport.Of(story, "hfs", [Run(10) with { Seconds = 20 }], DateTimeOffset.UnixEpoch).Met);
    }

    [Fact]
    public void An_upload_that_ends_later_than_the_other_links_allow_is_not_met()
    {
        var pull = ScenarioCatalog.Find("aggregate-pull");
        Assert.Equal(70e6 * 1448 / 1514, pull.RemainingBitsPerSecond, 1.0);
        Assert.Contains("96.9 %", Assert.Single(ScenarioReport.Of(pull, "hfs", [Run(10) with { RemainingPercent = 96.9 }], DateTimeOffset.UnixEpoch).Unmet), StringComparison.Ordinal);
        Assert.True(ScenarioReport.Of(pull, "hfs", [Run(10) with { RemainingPercent = 97.2 }], DateTimeOffset.UnixEpoch).Met);

        var trace = new ProgressTrace();
        foreach (var (at, bytes) in new[] { (0, 0), (100, 1000), (200, 2000), (1200, 5000) })
            trace.Add(at * Ms, bytes);
        Assert.Equal(3000, trace.BytesPerSecondSince(200 * Ms));
        Assert.Equal(0, trace.BytesPerSecondSince(1200 * Ms));
    }

    [Fact]
    public void A_failed_run_is_not_met_whatever_the_others() =>
        Assert.Contains("1 of 2", Assert.Single(Report(Run(10), Run(10) with { Failure = "hung" }).Unmet), StringComparison.Ordinal);

    [Fact]
    public void Text_and_json_have_what_was_measured()
    {
        var client = ClientReport.Read("""
            warming up
            {"switches":[{"at_ms":900,"from":"eth0","to":"wlan0","reason":"interface_down","detected_after_ms":3}]}
            """);
        var report = Report(Run(42.5) with { ClientReport = client.Json });
        Assert.Contains("eth0>wlan0 at 900 ms: interface_down after 3 ms", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("median stall 42.5 ms (allowed 100)", report.ToText(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(42.5, json.RootElement.GetProperty("median_stall_ms").GetDouble());
        Assert.Equal("wlan0", json.RootElement.GetProperty("runs")[0].GetProperty("client_report").GetProperty("switches")[0].GetProperty("to").GetString());
    }

    [Fact]
    public void Later_switches_are_placed_on_the_clock_by_the_first()
    {
        var client = ClientReport.Read("""
            {"resent_bytes":7,"switches":[{"at_ms":900,"to":"wlan0","detected_after_ms":30},{"at_ms":3900,"to":"eth0","detected_after_ms":0}]}
            """);
        Assert.Equal([3530 * Ms], client.LaterSwitches(fault: 500 * Ms));
        Assert.Equal("eth0", client.LastInterface);
        Assert.Equal(7, client.Number("resent_bytes"));
        Assert.Equal((0.0, null), (ClientReport.Read("done").Number("resent_bytes"), ClientReport.Read("").LastInterface));
    }

    private static RunResult Run(double stall) => new() { StallMs = stall, Seconds = 1 };

    private static ScenarioReport Report(params RunResult[] runs) => ScenarioReport.Of(Pull, "hfs", runs, DateTimeOffset.UnixEpoch);
}
