using System.Buffers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Journal;

/// <summary>Journals as the store uses them: torn, damaged, compacted, many.</summary>
public sealed class JournalInUseTests
{
    private const int Piece = 1000;

    [Fact]
    public async Task After_a_torn_record_the_next_commits_count()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var id = await CommittedAsync(fixture, pieces: 3);
        await fixture.Store.DisposeAsync();
        await AppendAsync(fixture[$"staging/{id}.journal"], LocalStoreFixture.Bytes(17));
        await fixture.ReopenAsync();
        await using (var upload = (await fixture.Store.OpenAsync(id, default))!)
            await CommitAsync(upload, 3);
        await fixture.ReopenAsync();

        Assert.Equal(4 * Piece, Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.ContiguousPrefix);
        Assert.DoesNotContain(2001, fixture.Log.Ids); // half a record is what an end of the process leaves: nothing to report
    }

    [Fact]
    public async Task Damage_in_the_middle_keeps_what_is_before_it_and_is_reported()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var id = await CommittedAsync(fixture, pieces: 10);
        await fixture.Store.DisposeAsync();
        var path = fixture[$"staging/{id}.journal"];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^(32 * 4 + 5)] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await fixture.ReopenAsync();

        Assert.Equal(5 * Piece, Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.Count);
        Assert.Contains(2001, fixture.Log.Ids);
        await using var upload = (await fixture.Store.OpenAsync(id, default))!;
        await CommitAsync(upload, 7);
        await upload.DisposeAsync();
        await fixture.ReopenAsync();
        Assert.Equal("0-4999, 7000-7999", Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.ToString());
    }

    [Fact]
    public async Task An_unreadable_header_sets_the_upload_aside_with_its_bytes_and_the_others_go_on()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var damaged = await CommittedAsync(fixture, pieces: 2);
        var sound = await CommittedAsync(fixture, pieces: 2);
        await fixture.Store.DisposeAsync();
        var path = fixture[$"staging/{damaged}.journal"];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await fixture.ReopenAsync();

        Assert.Equal(sound, Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Record.Id);
        Assert.Null(await fixture.Store.OpenAsync(damaged, default));
        Assert.Equal([$"{damaged}.journal", $"{damaged}.part"], fixture.FilesIn("state/damaged"));
        Assert.Contains(2000, fixture.Log.Ids);
        Assert.DoesNotContain(fixture.Log.Texts, t => t.Contains(damaged.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bytes_that_the_disk_does_not_have_are_not_claimed()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var id = await CommittedAsync(fixture, pieces: 4);
        await fixture.Store.DisposeAsync();
        await using (var data = File.OpenWrite(fixture[$"staging/{id}.part"]))
            data.SetLength(2500);
        await fixture.ReopenAsync();

        Assert.Equal("0-2499", Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.ToString());
    }

    [Fact]
    public async Task Bytes_without_a_journal_and_half_made_replacements_are_cleared_at_the_start()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.Store.DisposeAsync();
        await File.WriteAllTextAsync(fixture[$"staging/{UploadId.Create()}.part"], "nobody's");
        await File.WriteAllTextAsync(fixture[$"staging/{UploadId.Create()}.journal.new"], "half");
        await File.WriteAllTextAsync(fixture["staging/notes.txt"], "not ours");

        await fixture.ReopenAsync();

        Assert.Equal(["notes.txt"], fixture.FilesIn("staging"));
    }

    [Fact]
    public async Task An_upload_that_arrives_in_order_has_a_small_journal()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var id = await CommittedAsync(fixture, pieces: 10_000);

        Assert.InRange(new FileInfo(fixture[$"staging/{id}.journal"]).Length, 0, 80_000);
        await fixture.ReopenAsync();
        Assert.Equal(10_000 * Piece, Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.ContiguousPrefix);
    }

    private static async Task<UploadId> CommittedAsync(LocalStoreFixture fixture, int pieces)
    {
        await using var upload = await fixture.Store.CreateAsync(
            new Core.Storage.UploadRecord(UploadId.Create(), fixture.Clock.GetUtcNow()) { Length = 10_000L * Piece }, default);
        var bytes = new ReadOnlySequence<byte>(LocalStoreFixture.Bytes(pieces * Piece));
        await upload.WriteAsync(0, bytes, default);
        for (var i = 0; i < pieces; i++)
            await upload.CommitAsync(new ByteRange(i * Piece, (i + 1) * Piece), default);
        return upload.Record.Id;
    }

    private static async Task CommitAsync(Core.Storage.IStagedUpload upload, int piece)
    {
        await upload.WriteAsync(piece * Piece, new ReadOnlySequence<byte>(LocalStoreFixture.Bytes(Piece)), default);
        await upload.CommitAsync(new ByteRange(piece * Piece, (piece + 1) * Piece), default);
    }

    private static async Task AppendAsync(string path, byte[] bytes)
    {
        await using var file = new FileStream(path, FileMode.Append);
        await file.WriteAsync(bytes);
    }
}
