using System.Collections.Concurrent;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Storage.FileSystem.Staging;

namespace HmacFileServer.Storage.Tests.Staging;

/// <summary>Commits that come while one is synced share the next sync.</summary>
public sealed class CommitGroupTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Those_who_wait_share_one_sync()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var batches = new ConcurrentQueue<int>();
        var group = new CommitGroup(entries =>
        {
            batches.Enqueue(entries.Count);
            entered.Set();
            release.Wait(Limit, TestContext.Current.CancellationToken);
        });
        var first = group.CommitAsync(new ByteRange(0, 1), 0);
        Assert.True(entered.Wait(Limit, TestContext.Current.CancellationToken));
        var others = Enumerable.Range(1, 9).Select(i => group.CommitAsync(new ByteRange(i, i + 1), 0)).ToList();
        Assert.DoesNotContain(others, o => o.IsCompleted);

        release.Set();
        await Task.WhenAll([first, .. others]).WaitAsync(Limit, TimeProvider.System);

        Assert.Equal([1, 9], batches);
    }

    [Fact]
    public async Task A_sync_that_fails_fails_its_own_commits_and_not_the_next()
    {
        var isBroken = true;
        var group = new CommitGroup(_ =>
        {
            if (isBroken)
                throw new IOException("broken");
        });

        await Assert.ThrowsAsync<IOException>(() => group.CommitAsync(new ByteRange(0, 1), 0));
        isBroken = false;
        await group.CommitAsync(new ByteRange(0, 1), 0).WaitAsync(Limit, TimeProvider.System);
    }
}
