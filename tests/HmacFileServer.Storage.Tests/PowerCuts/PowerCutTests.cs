using HmacFileServer.Testing.PowerCuts;

namespace HmacFileServer.Storage.Tests.PowerCuts;

/// <summary>With durability `power` a promise outlives the loss of power. `hfs-bench power-cuts` does the same as often as one likes.</summary>
public sealed class PowerCutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_was_not_synced_is_thrown_away_and_every_promise_is_kept(int seed)
    {
        var result = await new PowerCutRun(seed).RunAsync(cuts: 200, CancellationToken.None);

        Assert.Null(result.Failure);
        Assert.True(result is { Cuts: 200, BytesChecked: > 100_000, FilesChecked: > 50 }, result.ToString());
    }

    [Theory]
    [InlineData(".part")]
    [InlineData(".journal.new")]
    [InlineData("/staging")]
    [InlineData("/files/s1")]
    [InlineData("/data")]
    public async Task A_sync_that_was_forgotten_shows(string ending)
    {
        var result = await new PowerCutRun(1, path => path.EndsWith(ending, StringComparison.Ordinal)).RunAsync(cuts: 2000, CancellationToken.None);

        Assert.NotNull(result.Failure);
    }
}
