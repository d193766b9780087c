using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>Thousands of unfinished uploads: held open by whoever made them, and found again at the start.</summary>
public sealed class ManyUploadsTests
{
    private const int Uploads = 3000;
    private const int Idle = 40;

    [Fact]
    public async Task Uploads_that_are_held_but_idle_do_not_hold_their_files_open()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync(o => o with { MostIdleOpenUploads = Idle });
        var held = new List<IStagedUpload>();
        for (var i = 0; i < Uploads; i++)
        {
            var upload = await fixture.Store.CreateAsync(new UploadRecord(UploadId.Create(), fixture.Clock.GetUtcNow()) { Length = 64 }, default);
            await WriteAsync(upload, 0);
            held.Add(upload);
        }

        Assert.InRange(DescriptorsIn(fixture["staging"]), 0, 2 * Idle + 2);
        await Parallel.ForEachAsync(held, async (upload, _) => await WriteAsync(upload, 1));
        Assert.InRange(DescriptorsIn(fixture["staging"]), 0, 2 * Idle + 2);

        await fixture.ReopenAsync();
        var found = await fixture.Store.ListUploadsAsync(default).ToListAsync();
        Assert.Equal(Uploads, found.Count);
        Assert.All(found, u => Assert.Equal("0-31", u.Received.ToString()));
        Assert.InRange(DescriptorsIn(fixture["staging"]), 0, 2 * Idle + 2);
    }

    private static async Task WriteAsync(IStagedUpload upload, int half)
    {
        await upload.WriteAsync(half * 16, new ReadOnlySequence<byte>(new byte[16]), default);
        await upload.CommitAsync(new ByteRange(half * 16, half * 16 + 16), default);
    }

    private static int DescriptorsIn(string folder) =>
        new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(d => d.LinkTarget?.StartsWith(folder + "/", StringComparison.Ordinal) ?? false);
}
