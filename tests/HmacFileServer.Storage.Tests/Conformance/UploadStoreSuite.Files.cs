using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Conformance;

/// <content>Finished files.</content>
public abstract partial class UploadStoreSuite
{
    [Fact]
    public async Task A_published_file_is_found_and_read_and_its_upload_is_gone_also_after_a_restart()
    {
        var data = Bytes(70_000);
        var file = await PublishAsync("a/b/c.bin", data, expires: Clock.GetUtcNow().AddDays(1));

        for (var round = 0; round < 2; round++)
        {
            var found = await Store.FindFileAsync(Slot("a/b/c.bin"), default);
            Assert.Equal(file, found);
            Assert.Equal(data, await ContentAsync(found!));
            Assert.Empty(await Store.ListUploadsAsync(default).ToListAsync());
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task A_file_is_found_by_the_upload_that_it_was_also_after_a_restart_and_until_it_is_deleted()
    {
        var record = NewRecord(10, "a/b") with { Properties = new Dictionary<string, string> { ["Upload-Metadata"] = "filename Zm9v" } };
        await using var upload = await Store.CreateAsync(record, default);
        await WriteAsync(upload, 0, Bytes(10));
        await upload.CommitAsync(new ByteRange(0, 10), default);
        Assert.Null(await Store.FindFinishedAsync(record.Id, default));
        var file = await Store.PublishAsync(upload, FileOf("a/b", Bytes(10)), default);

        for (var round = 0; round < 2; round++)
        {
            var found = await Store.FindFinishedAsync(record.Id, default);
            Assert.Equal(file, found);
            Assert.Equal(record.Properties, found!.Origin!.Properties);
            await ReopenAsync();
        }

        Assert.Null(await Store.FindFinishedAsync(UploadId.Create(), default));
        Assert.True(await Store.DeleteFileAsync(Slot("a/b"), default));
        Assert.Null(await Store.FindFinishedAsync(record.Id, default));
    }

    [Fact]
    public async Task A_slot_that_has_a_file_refuses_a_second_one_and_keeps_the_first()
    {
        var first = await PublishAsync("a/b", Bytes(10));
        await using var upload = await WholeUploadAsync("a/b", Bytes(10, seed: 2));

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(UploadErrorCode.AlreadyComplete, (await PublishRefused(upload, FileOf("a/b", Bytes(10, seed: 2)))).Error.Code);
            Assert.Equal(first, await Store.FindFileAsync(Slot("a/b"), default));
            Assert.NotNull(await Store.OpenAsync(upload.Record.Id, default));
        }
    }

    [Fact]
    public async Task Of_many_who_publish_one_slot_at_once_exactly_one_wins()
    {
        var uploads = new List<(IStagedUpload Upload, byte[] Bytes)>();
        for (var seed = 0; seed < 12; seed++)
            uploads.Add((await WholeUploadAsync("race/x", Bytes(100, seed / 2)), Bytes(100, seed / 2)));

        var outcomes = await Task.WhenAll(uploads.Select(u => Task.Run(async () =>
        {
            try
            {
                return await Store.PublishAsync(u.Upload, FileOf("race/x", u.Bytes), default);
            }
            catch (UploadException refused) when (refused.Error.Code == UploadErrorCode.AlreadyComplete)
            {
                return null;
            }
        })));

        var winner = Assert.Single(outcomes, o => o is not null);
        Assert.Equal(winner, await Store.FindFileAsync(Slot("race/x"), default));
        Assert.Equal(winner!.Sha256, Digest(await ContentAsync(winner)));
    }

    [Fact]
    public async Task An_upload_with_a_hole_is_not_published()
    {
        await using var upload = await Store.CreateAsync(NewRecord(100, "h/x"), default);
        await WriteAsync(upload, 0, Bytes(100));
        await upload.CommitAsync(new ByteRange(0, 40), default);
        await upload.CommitAsync(new ByteRange(41, 100), default);

        Assert.Equal(UploadErrorCode.LengthMismatch, (await PublishRefused(upload, FileOf("h/x", Bytes(100)))).Error.Code);
        Assert.Null(await Store.FindFileAsync(Slot("h/x"), default));
        await upload.CommitAsync(new ByteRange(40, 41), default);
        await Store.PublishAsync(upload, FileOf("h/x", Bytes(100)), default);
    }

    [Fact]
    public async Task The_same_bytes_in_two_slots_live_and_die_apart()
    {
        var data = Bytes(5000);
        await PublishAsync("one/x", data, "image/png");
        var second = await PublishAsync("two/y", data, "text/plain");

        Assert.True(await Store.DeleteFileAsync(Slot("one/x"), default));

        Assert.Null(await Store.FindFileAsync(Slot("one/x"), default));
        Assert.Equal(second, await Store.FindFileAsync(Slot("two/y"), default));
        Assert.Equal(data, await ContentAsync(second));
        Assert.True(await Store.DeleteFileAsync(Slot("two/y"), default));
        Assert.Null(await Store.OpenFileAsync(second, default));
    }

    [Fact]
    public async Task A_deleted_slot_is_free_again_and_a_second_delete_says_there_was_none()
    {
        await PublishAsync("d/e/f", Bytes(10));
        Assert.True(await Store.DeleteFileAsync(Slot("d/e/f"), default));
        Assert.False(await Store.DeleteFileAsync(Slot("d/e/f"), default));
        await ReopenAsync();
        Assert.Null(await Store.FindFileAsync(Slot("d/e/f"), default));

        var again = await PublishAsync("d/e/f", Bytes(10, seed: 3));

        Assert.Equal(again, await Store.FindFileAsync(Slot("d/e/f"), default));
    }

    [Fact]
    public async Task An_open_file_is_readable_to_its_end_after_it_was_deleted()
    {
        var data = Bytes(5000);
        var file = await PublishAsync("g/h", data);
        await using var content = (await Store.OpenFileAsync(file, default))!;
        await Store.DeleteFileAsync(file.Slot, default);
        var read = new byte[5000];

        Assert.Equal(5000, content.Length);
        Assert.Equal(5000, await content.ReadAsync(0, read, default));
        Assert.Equal(data, read);
        Assert.Equal(0, await content.ReadAsync(5000, read, default));
    }

    [Fact]
    public async Task An_expired_file_is_not_found_is_listed_and_its_slot_is_free()
    {
        var expires = Clock.GetUtcNow().AddHours(1);
        var old = await PublishAsync("e/x", Bytes(10), expires: expires);
        await PublishAsync("e/y", Bytes(11), expires: expires.AddHours(5));
        await PublishAsync("e/z", Bytes(12));
        Assert.Empty(await Store.ListExpiredAsync(Clock.GetUtcNow(), default).ToListAsync());

        Clock.Advance(TimeSpan.FromHours(2));

        Assert.Null(await Store.FindFileAsync(Slot("e/x"), default));
        Assert.Equal([old], await Store.ListExpiredAsync(Clock.GetUtcNow(), default).ToListAsync());
        var fresh = await PublishAsync("e/x", Bytes(10, seed: 9), expires: Clock.GetUtcNow().AddHours(1));
        Assert.Equal(fresh, await Store.FindFileAsync(Slot("e/x"), default));
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var file = await PublishAsync("empty/x", []);

        Assert.Equal(file, await Store.FindFileAsync(Slot("empty/x"), default));
        Assert.Empty(await ContentAsync(file));
    }

    protected async Task<IStagedUpload> WholeUploadAsync(string slot, byte[] bytes)
    {
        var upload = await Store.CreateAsync(NewRecord(bytes.Length, slot), default);
        await WriteAsync(upload, 0, bytes);
        await upload.CommitAsync(new ByteRange(0, bytes.Length), default);
        return upload;
    }

    protected StoredFile FileOf(string slot, byte[] bytes, string type = "application/octet-stream", DateTimeOffset? expires = null) =>
        new(Slot(slot), bytes.Length, Digest(bytes), type, Clock.GetUtcNow(), expires);

    protected async Task<StoredFile> PublishAsync(string slot, byte[] bytes, string type = "application/octet-stream", DateTimeOffset? expires = null)
    {
        await using var upload = await WholeUploadAsync(slot, bytes);
        return await Store.PublishAsync(upload, FileOf(slot, bytes, type, expires), default);
    }

    protected async Task<byte[]> ContentAsync(StoredFile file)
    {
        await using var content = await Store.OpenFileAsync(file, default) ?? throw new InvalidOperationException($"No content for {file.Slot}.");
        var bytes = new byte[content.Length];
        var held = 0;
        while (held < bytes.Length && await content.ReadAsync(held, bytes.AsMemory(held), default) is > 0 and var count)
            held += count;
        return bytes[..held];
    }

    private Task<UploadException> PublishRefused(IStagedUpload upload, StoredFile file) =>
        Refused(async () => await Store.PublishAsync(upload, file, default));
}
