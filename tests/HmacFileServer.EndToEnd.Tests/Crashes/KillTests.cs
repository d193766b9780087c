using System.Text.Json;
using HmacFileServer.Testing;
using HmacFileServer.Testing.Kills;

namespace HmacFileServer.EndToEnd.Tests.Crashes;

/// <summary>
/// What was acknowledged is there, and nothing is claimed that is not: SIGKILL at instants that nobody chose, in uploads by every protocol, then a
/// restart. `hfs-bench kill-rounds` does the same for as many rounds as one likes.
/// </summary>
public sealed class KillTests
{
    private const int Rounds = 200;
    private const int Seed = 20260101;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(75); // on a machine that is busy otherwise; then fewer rounds must do

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("process", Rounds)]
    [InlineData("power", Rounds / 10)]
    public async Task A_server_that_is_killed_again_and_again_loses_no_acknowledged_byte(string durability, int rounds)
    {
        using var folder = new TemporaryFolder();
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        await using var run = new KillRun(new KillOptions(ServerUnderTest.Program, folder["data"], rounds, Seed) { Durability = durability });

        var result = await run.RunAsync(limit.Token);

        Assert.True(result.IsClean, result.Failure);
        Assert.True(result is { Rounds: >= 10, FinishedFiles: >= 10, AcknowledgedBytesChecked: > 100_000 }, $"This run proves too little: {JsonSerializer.Serialize(result)}");
    }
}
