namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>The index is a copy: the files say what there is.</summary>
public sealed class IndexTests
{
    private static readonly byte[] Data = LocalStoreFixture.Bytes(1000);

    [Fact]
    public async Task A_lost_index_is_made_again_with_all_that_was_known()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var one = await fixture.PublishAsync("a/one", Data);
        var two = await fixture.PublishAsync("b/c/two", Data);
        await fixture.Store.DisposeAsync();
        foreach (var part in Directory.EnumerateFiles(fixture["state"], "index.db*"))
            File.Delete(part);

        await fixture.ReopenAsync();

        Assert.Equal([one, two], (await fixture.Store.ListExpiredAsync(DateTimeOffset.MaxValue, default).ToListAsync()).OrderBy(f => f.Slot.Value));
        Assert.Equal(one, await fixture.Store.FindFileAsync(one.Slot, default));
    }

    [Fact]
    public async Task A_damaged_index_is_set_aside_and_made_again()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var one = await fixture.PublishAsync("a/one", Data);
        await fixture.Store.DisposeAsync();
        await File.WriteAllBytesAsync(fixture["state/index.db"], LocalStoreFixture.Bytes(8192));

        await fixture.ReopenAsync();

        Assert.Equal(one, await fixture.Store.FindFileAsync(one.Slot, default));
        Assert.Contains(2007, fixture.Log.Ids);
        Assert.Single(Directory.EnumerateFiles(fixture["state"], "index.db.damaged-*"));
    }

    [Fact]
    public async Task A_file_that_someone_put_there_is_found_and_guards_its_slot()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        Directory.CreateDirectory(fixture["files/by"]);
        await File.WriteAllBytesAsync(fixture["files/by/hand.bin"], Data);

        var found = await fixture.Store.FindFileAsync(LocalStoreFixture.Slot("by/hand.bin"), default);

        Assert.Equal(fixture.FileOf("by/hand.bin", Data).Sha256, found!.Sha256);
        Assert.Equal("application/octet-stream", found.ContentType);
        Assert.Null(found.Expires);
        Assert.Contains(2005, fixture.Log.Ids);
        await using var upload = await fixture.WholeUploadAsync("by/hand.bin", Data);
        await Assert.ThrowsAsync<Core.Uploads.UploadException>(
            async () => await fixture.Store.PublishAsync(upload, fixture.FileOf("by/hand.bin", Data), default));
    }

    [Fact]
    public async Task A_file_that_someone_took_away_is_not_found_and_its_slot_is_free()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var file = await fixture.PublishAsync("a/one", Data);
        File.Delete(fixture["files/a/one"]);

        Assert.Null(await fixture.Store.FindFileAsync(file.Slot, default));
        Assert.Contains(2006, fixture.Log.Ids);
        await fixture.PublishAsync("a/one", Data);
        Assert.Equal(Data, await fixture.ContentAsync(file));
    }

    [Fact]
    public async Task An_index_of_a_newer_version_is_refused_and_left_alone()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.Store.DisposeAsync();
        SetVersion(fixture["state/index.db"], 99);

        var refused = await Assert.ThrowsAsync<IOException>(async () => await LocalUploadStore.OpenAsync(fixture.Options, fixture.Clock));

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        SetVersion(fixture["state/index.db"], 1);
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task An_index_of_an_earlier_version_is_made_again_with_all_that_was_known()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var file = await fixture.PublishAsync("a/one", Data);
        await fixture.Store.DisposeAsync();
        SetVersion(fixture["state/index.db"], 1);

        await fixture.ReopenAsync();

        Assert.Contains(2008, fixture.Log.Ids);
        Assert.Equal(file, await fixture.Store.FindFinishedAsync(file.Origin!.Id, default));
    }

    [Fact]
    public async Task All_pages_of_expired_files_are_listed_once_also_when_they_are_deleted_meanwhile()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        for (var i = 0; i < 1203; i++)
            await fixture.PublishAsync($"many/{i}", Data);
        fixture.Clock.Advance(TimeSpan.FromDays(4));
        var seen = new HashSet<string>();

        await foreach (var file in fixture.Store.ListExpiredAsync(fixture.Clock.GetUtcNow(), default))
        {
            Assert.True(seen.Add(file.Slot.Value));
            Assert.True(await fixture.Store.DeleteFileAsync(file.Slot, default));
        }

        Assert.Equal(1203, seen.Count);
        Assert.Empty(fixture.FilesIn("files"));
    }

    private static void SetVersion(string path, int version)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {version}";
        command.ExecuteNonQuery();
    }
}
