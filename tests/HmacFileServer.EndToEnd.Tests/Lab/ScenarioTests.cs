using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>
/// The scenarios of the lab, once each and with smaller files: that the upload goes on over the next link and loses nothing. How
/// fast is the benchmark's to say (<c>hfs-lab run</c>, median of several runs); the stall allowed here only tells going on at once
/// from a TCP timeout or a retry after seconds, on a machine that may be busy.
/// </summary>
[Collection(NetworkLabCollection.Name)]
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const double AllowedStallMilliseconds = 1000;

    [Theory]
    [InlineData("cable-pull")]
    [InlineData("blackhole")]
    [InlineData("address-removed")]
    public async Task An_upload_goes_on_over_the_next_link(string name)
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        var scenario = ScenarioCatalog.Find(name) with { FileBytes = 16 << 20 };
        var result = await new ScenarioRunner(scenario, ProductPaths.Find()).RunAsync(seed: 1, CancellationToken.None);
        output.WriteLine(ScenarioReport.Of(scenario, "hfs", [result], TimeProvider.System.GetUtcNow()).ToText());
        Assert.Null(result.Failure); // the bytes that the server gives back are the file's
        Assert.InRange(result.StallMs, 0, AllowedStallMilliseconds);
        Assert.True(result.ResentBytes <= result.InFlightBytes, $"{result.ResentBytes} bytes were sent again, {result.InFlightBytes} were in flight");
        Assert.Equal("wlan0", new ClientReport(result.ClientReport).LastInterface);
    }

    /// <summary>Those that take 20 s; the others are run by `hfs-lab run` alone.</summary>
    [Theory]
    [InlineData("mobile")]
    [InlineData("server-uplinks")]
    public async Task A_story_shows_the_switches_the_reasons_and_the_sizes_that_it_must(string name)
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        var scenario = ScenarioCatalog.Find(name);
        var result = await new ScenarioRunner(scenario, ProductPaths.Find()).RunAsync(seed: 1, CancellationToken.None);
        output.WriteLine(ScenarioReport.Of(scenario, "hfs", [result], TimeProvider.System.GetUtcNow()).ToText());
        Assert.Null(result.Failure);
        Assert.InRange(result.StallMs, 0, 3 * AllowedStallMilliseconds);
        Assert.True(result.ResentBytes <= result.InFlightBytes, $"{result.ResentBytes} bytes were sent again, {result.InFlightBytes} were in flight");
    }

    [Fact]
    public async Task All_links_together_carry_one_upload()
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        var scenario = ScenarioCatalog.Find("aggregate") with { FileBytes = 48 << 20 };
        var result = await new ScenarioRunner(scenario, ProductPaths.Find()).RunAsync(seed: 1, CancellationToken.None);
        output.WriteLine(ScenarioReport.Of(scenario, "hfs", [result], TimeProvider.System.GetUtcNow()).ToText());
        Assert.Null(result.Failure);
        var carried = result.ClientReport!.Value.GetProperty("paths").EnumerateArray()
            .ToDictionary(p => p.GetProperty("interface").GetString()!, p => p.GetProperty("bytes").GetInt64());
        Assert.Equal(scenario.FileBytes, carried.Values.Sum());
        Assert.All(carried.Values, bytes => Assert.True(bytes > 1_000_000));
    }

    [Fact]
    public async Task A_cable_pulled_from_one_of_several_links_costs_the_upload_nothing_but_that_link()
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        var scenario = ScenarioCatalog.Find("aggregate-pull") with { FileBytes = 32 << 20 };
        var result = await new ScenarioRunner(scenario, ProductPaths.Find()).RunAsync(seed: 1, CancellationToken.None);
        output.WriteLine(ScenarioReport.Of(scenario, "hfs", [result], TimeProvider.System.GetUtcNow()).ToText());
        Assert.Null(result.Failure);
        Assert.InRange(result.StallMs, 0, AllowedStallMilliseconds);
        Assert.True(result.ResentBytes <= result.InFlightBytes, $"{result.ResentBytes} bytes were sent again, {result.InFlightBytes} were in flight");
    }
}
