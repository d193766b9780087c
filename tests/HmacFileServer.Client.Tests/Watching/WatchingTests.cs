using HmacFileServer.Client.State;
using HmacFileServer.Client.Watching;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Watching;

public sealed class WatchingTests : IDisposable
{
    private static readonly FileIdentity Small = new(1, 1, 1);
    private static readonly FileIdentity Grown = new(2, 2, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly StateFolder _state;

    public WatchingTests()
    {
        _state = StateFolder.Open(_folder["state"]);
        Directory.CreateDirectory(_folder["box"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_has_settled_when_nothing_about_it_changed_for_the_time()
    {
        var queue = new SettleQueue(TimeSpan.FromSeconds(2));
        Assert.False(queue.Look("f", Small, Seconds(0)));
        Assert.False(queue.Look("f", Small, Seconds(1.9)));
        Assert.False(queue.Look("f", Grown, Seconds(2)));
        Assert.False(queue.Look("f", Grown, Seconds(3.9)));
        Assert.True(queue.Look("f", Grown, Seconds(4)));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_file_that_is_gone_is_waited_for_no_more()
    {
        var queue = new SettleQueue(TimeSpan.FromSeconds(2));
        queue.Look("f", Small, Seconds(0));
        Assert.False(queue.Look("f", null, Seconds(9)));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task What_is_there_is_handed_out_but_nothing_hidden_or_unfinished()
    {
        Directory.CreateDirectory(_folder["box/sub"]);
        foreach (var name in (string[])["a", "sub/b", ".hidden", "c.part", "d.crdownload", "e~"])
            File.WriteAllText(_folder["box/" + name], "x");
        using var watcher = Start();
        Assert.Equal(["a", "sub/b"], await PresentAsync(watcher));
    }

    [Fact]
    public async Task What_was_done_is_remembered_across_processes_until_it_changes()
    {
        File.WriteAllText(_folder["box/a"], "x");
        File.WriteAllText(_folder["box/b"], "x");
        using (var first = Start())
            first.Done(_folder["box/a"], FileIdentity.Of(_folder["box/a"])!);
        using (var second = Start())
        {
            Assert.Equal(["b"], await PresentAsync(second));
        }
        File.AppendAllText(_folder["box/a"], "more");
        using var third = Start();
        Assert.Equal(["a", "b"], await PresentAsync(third));
    }

    [Fact]
    public async Task A_file_that_is_dropped_later_is_handed_out()
    {
        using var watcher = Start();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var files = watcher.FilesAsync(onlyPresent: false, limit.Token).GetAsyncEnumerator(limit.Token);
        var next = files.MoveNextAsync();
        File.WriteAllText(_folder["box/late"], "x");
        Assert.True(await next);
        Assert.Equal(_folder["box/late"], files.Current);
    }

    [Fact]
    public void One_process_watches_a_folder_for_a_place()
    {
        using var first = Start();
        Assert.Equal(UploadFailure.Busy, Assert.Throws<UploadFailedException>(Start).Reason);
        using var elsewhere = FolderWatcher.Start(_folder["box"], "https://other/", _state, TimeSpan.Zero, TimeProvider.System);
    }

    private FolderWatcher Start() => FolderWatcher.Start(_folder["box"], "https://h/", _state, TimeSpan.Zero, TimeProvider.System);

    private async Task<List<string>> PresentAsync(FolderWatcher watcher)
    {
        var all = new List<string>();
        await foreach (var file in watcher.FilesAsync(onlyPresent: true))
            all.Add(Path.GetRelativePath(_folder["box"], file));
        return all;
    }

    private static TimeSpan Seconds(double value) => TimeSpan.FromSeconds(value);
}
