using HmacFileServer.Core.Storage;
using HmacFileServer.Storage.FileSystem.Publishing;

namespace HmacFileServer.Storage.Tests.Crash;

/// <summary>The world ends before each step of a publication: afterwards the file is wholly there or the upload goes on, never neither.</summary>
public sealed class PublishCrashTests
{
    private static readonly byte[] Data = LocalStoreFixture.Bytes(50_000);

    public static TheoryData<string, bool, bool, bool> Points
    {
        get
        {
            var points = new TheoryData<string, bool, bool, bool>();
            foreach (var step in Enum.GetNames<PublishStep>())
            {
                foreach (var deduplication in new[] { true, false })
                {
                    foreach (var isShared in deduplication ? [true, false] : new[] { false })
                    {
                        points.Add(step, deduplication, isShared, true);
                        points.Add(step, deduplication, isShared, false);
                    }
                }
            }
            return points;
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task The_file_is_there_or_the_upload_goes_on(string step, bool deduplication, bool isShared, bool isPower)
    {
        var crash = false;
        await using var fixture = await LocalStoreFixture.OpenAsync(o => o with
        {
            Deduplication = deduplication,
            Durability = isPower ? Durability.Power : Durability.Process,
            BeforeStep = s => End.WhenSet(crash && s == Enum.Parse<PublishStep>(step)),
        });
        if (isShared)
            await fixture.PublishAsync("other/file", Data);
        var upload = await fixture.WholeUploadAsync("dir/name.txt", Data);
        var file = fixture.FileOf("dir/name.txt", Data) with { Origin = UploadOrigin.Of(upload.Record) };
        crash = true;
        await Assert.ThrowsAsync<End>(async () => await fixture.Store.PublishAsync(upload, file, default));
        crash = false;

        await fixture.ReopenAsync();

        var uploads = await fixture.Store.ListUploadsAsync(default).ToListAsync();
        var found = await fixture.Store.FindFileAsync(file.Slot, default);
        if (Enum.Parse<PublishStep>(step) <= PublishStep.LinkFile)
        {
            Assert.Null(found);
            Assert.Equal(Data.Length, Assert.Single(uploads).Received.Count);
            await using var again = (await fixture.Store.OpenAsync(upload.Record.Id, default))!;
            found = await fixture.Store.PublishAsync(again, file, default);
        }
        Assert.Equal(file, found);
        Assert.Empty(await fixture.Store.ListUploadsAsync(default).ToListAsync());
        Assert.Equal(Data, await fixture.ContentAsync(file));
        Assert.Empty(fixture.FilesIn("staging"));
        Assert.Equal(deduplication ? 1 : 0, fixture.FilesIn("blobs").Length);
        Assert.Equal(isShared ? 2 : 1, fixture.FilesIn("state/files").Length);
        await fixture.ReopenAsync();
        Assert.Equal(file, await fixture.Store.FindFileAsync(file.Slot, default));
        Assert.Equal([file], await fixture.Store.ListExpiredAsync(file.Expires!.Value.AddDays(1), default).Where(f => f.Slot.Equals(file.Slot)).ToListAsync());
    }

    [Fact]
    public async Task An_upload_that_lost_its_slot_is_not_taken_for_the_file_after_a_crash()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var loser = await fixture.WholeUploadAsync("a/b", LocalStoreFixture.Bytes(100, seed: 2));
        var winner = await fixture.PublishAsync("a/b", LocalStoreFixture.Bytes(100, seed: 1));
        await fixture.Store.DisposeAsync();
        // The intent of the loser, as if the process had ended after it was written.
        await File.WriteAllBytesAsync(
            fixture[$"staging/{loser.Record.Id}.publish"], FileDescription.Write(fixture.FileOf("a/b", LocalStoreFixture.Bytes(100, seed: 2))));

        await fixture.ReopenAsync();

        Assert.Equal(winner, await fixture.Store.FindFileAsync(LocalStoreFixture.Slot("a/b"), default));
        Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync());
        Assert.Contains(2003, fixture.Log.Ids);
    }

    [Fact]
    public async Task A_torn_intent_is_taken_back()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var upload = await fixture.WholeUploadAsync("a/b", Data);
        await fixture.Store.DisposeAsync();
        await File.WriteAllBytesAsync(fixture[$"staging/{upload.Record.Id}.publish"], FileDescription.Write(fixture.FileOf("a/b", Data))[..^3]);

        await fixture.ReopenAsync();

        Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync());
        Assert.DoesNotContain(fixture.FilesIn("staging"), n => n.EndsWith(".publish", StringComparison.Ordinal));
    }

    private sealed class End : Exception
    {
        public static void WhenSet(bool isSet)
        {
            if (isSet)
                throw new End();
        }
    }
}
