using System.Text.Json;
using HmacFileServer.Lab.Scenarios;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>A scenario's demands can be missed.</summary>
public sealed class ExpectationsTests
{
    private const string Report = """
        {"switches":[{"from":"wlan0","to":"wwan0","reason":"interface_down"},{"from":"eth0","to":"eth0","reason":"timeout","from_endpoint":"198.18.1.1","to_endpoint":"198.18.2.1"}],
         "paths":[{"interface":"wlan0","bytes":100,"largest_buffer_bytes":524288,"largest_chunk_bytes":3000000,"profile":{"bytes_per_second":5000,"buffer_bytes":1,"chunk_bytes":1}},
                  {"interface":"eth0","bytes":1,"largest_buffer_bytes":1,"largest_chunk_bytes":1},{"interface":"eth0","endpoint":"198.18.2.1","bytes":2,"largest_buffer_bytes":7,"largest_chunk_bytes":1}]}
        """;

    private static readonly ExpectedSwitch[] Right = [new("wlan0", "wwan0", "timeout", "interface_down"), new("eth0>198.18.1.1", "eth0>198.18.2.1", "timeout")];

    [Fact]
    public void What_is_as_expected_is_said_to_be() => Assert.Null(Check([[], Right],
        new ExpectedPath("wlan0") { LeastBytes = 100, Buffer = (524288, 524288), Chunk = (1, 3000000), IsKnown = true, KnownRate = (5000, 5000) },
        new ExpectedPath("eth0") { LeastBytes = 3, Buffer = (7, 7), IsKnown = false }));

    [Fact]
    public void Other_switches_are_named()
    {
        Assert.Contains("wlan0 -> wwan0 (interface_down)", Check([[]]), StringComparison.Ordinal);
        Assert.NotNull(Check([[Right[0]]]));
        Assert.NotNull(Check([[Right[1], Right[0]]]));
        Assert.NotNull(Check([[Right[0] with { Reasons = ["manual"] }, Right[1]]]));
        Assert.NotNull(Check([[Right[0], new("eth0", "eth0", "timeout")]]));
    }

    [Fact]
    public void Sizes_and_profiles_have_bounds()
    {
        Assert.NotNull(Check([], new ExpectedPath("wlan0") { LeastBytes = 101 }));
        Assert.NotNull(Check([], new ExpectedPath("wlan0") { Buffer = (524289, 600000) }));
        Assert.NotNull(Check([], new ExpectedPath("wlan0") { Chunk = (1, 2999999) }));
        Assert.NotNull(Check([], new ExpectedPath("wlan0") { IsKnown = false }));
        Assert.NotNull(Check([], new ExpectedPath("wlan0") { KnownRate = (5001, 6000) }));
        Assert.NotNull(Check([], new ExpectedPath("eth0") { IsKnown = true }));
        Assert.NotNull(Check([], new ExpectedPath("tun0")));
        Assert.NotNull(Expectations.Check(new ClientReport((JsonElement?)null), [], [new ExpectedPath("eth0")]));
    }

    private static string? Check(IReadOnlyList<IReadOnlyList<ExpectedSwitch>> courses, params ExpectedPath[] paths) =>
        Expectations.Check(ClientReport.Read(string.Join("", Report.Split('\n'))), courses, paths);
}
