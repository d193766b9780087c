namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>Verification finds each kind of damage, once, and says nothing of a sound store.</summary>
public sealed class VerificationTests
{
    private static readonly byte[] Data = LocalStoreFixture.Bytes(10_000);

    [Fact]
    public async Task A_sound_store_has_no_problems_and_shared_bytes_are_read_once()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("a/one", Data);
        await fixture.PublishAsync("a/two", Data);
        await using var upload = await fixture.WholeUploadAsync("a/three", Data);

        var found = await fixture.Store.VerifyAsync(readContents: true, default);

        Assert.Empty(found.Problems);
        Assert.Equal((2, 1, 1, 10_000), (found.Files, found.Blobs, found.Uploads, found.BytesRead));
    }

    [Fact]
    public async Task Every_kind_of_damage_is_found_and_a_rebuild_cures_what_it_says()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("changed/x", LocalStoreFixture.Bytes(1000, seed: 2));
        await fixture.PublishAsync("gone/x", LocalStoreFixture.Bytes(1000, seed: 3));
        await using var upload = await fixture.WholeUploadAsync("a/three", Data);
        await using (var file = File.OpenWrite(fixture["files/changed/x"]))
            file.WriteByte((byte)~LocalStoreFixture.Bytes(1000, seed: 2)[0]);
        File.Delete(fixture["files/gone/x"]);
        await File.WriteAllBytesAsync(fixture["files/new"], Data);
        File.Delete(fixture[$"staging/{upload.Record.Id}.part"]);

        var found = await fixture.Store.VerifyAsync(readContents: true, default);

        Assert.Equal(
            new[]
            {
                (StorageProblemKind.DigestMismatch, "changed/x"),
                (StorageProblemKind.NotIndexed, "new"),
                (StorageProblemKind.FileMissing, "gone/x"),
                (StorageProblemKind.DescriptionMissing, "new"),
                (StorageProblemKind.UploadDamaged, upload.Record.Id.ForLog),
            },
            found.Problems.Where(p => p.Name.Length < 64).Select(p => (p.Kind, p.Name)).Order());
        Assert.Equal(
            [StorageProblemKind.DigestMismatch, StorageProblemKind.DescriptionUnused, StorageProblemKind.BlobUnused],
            found.Problems.Where(p => p.Name.Length == 64).Select(p => p.Kind).Order());
        Assert.Equal(2, await fixture.Store.RebuildIndexAsync(default));
        var after = (await fixture.Store.VerifyAsync(readContents: false, default)).Problems.Select(p => p.Kind).ToList();
        Assert.DoesNotContain(StorageProblemKind.NotIndexed, after);
        Assert.DoesNotContain(StorageProblemKind.FileMissing, after);
    }

    [Fact]
    public async Task A_file_that_is_not_as_long_as_the_index_says_is_found_without_reading_it()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("a/one", Data);
        File.AppendAllText(fixture["files/a/one"], "more");

        var problem = Assert.Single((await fixture.Store.VerifyAsync(readContents: false, default)).Problems);

        Assert.Equal((StorageProblemKind.IndexDiffers, "a/one", "10000 bytes in the index, 10004 on the disk"), (problem.Kind, problem.Name, problem.Detail));
    }
}
