using System.Buffers;
using System.Runtime.Versioning;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>A disk that is really full: StorageFull, and nothing that was committed is lost.</summary>
[SupportedOSPlatform("linux")]
public sealed class FullDiskTests
{
    private const int Megabyte = 1 << 20;
    private static readonly byte[] Data = LocalStoreFixture.Bytes(4 * Megabyte);

    [Theory]
    [InlineData(Durability.Process)]
    [InlineData(Durability.Power)]
    public async Task A_write_that_does_not_fit_keeps_the_upload_and_it_goes_on_when_there_is_space(Durability durability)
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk, o => o with { Preallocation = false, Durability = durability });
        await using var upload = await CreateAsync(fixture, Data.Length);
        await WriteAsync(upload, 0, Megabyte);
        await upload.CommitAsync(new ByteRange(0, Megabyte), default);
        disk.Fill();

        var refused = await Assert.ThrowsAsync<UploadException>(() => WriteAsync(upload, Megabyte, Data.Length));

        Assert.Equal(UploadErrorCode.StorageFull, refused.Error.Code);
        refused = await Assert.ThrowsAsync<UploadException>(async () => await upload.WriteAsync(Megabyte, TwoPieces(Megabyte, Data.Length), default));
        Assert.Equal(UploadErrorCode.StorageFull, refused.Error.Code);
        Assert.Equal("0-1048575", Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.ToString());
        var held = new byte[Megabyte];
        Assert.Equal(Megabyte, await upload.ReadAsync(0, held, default));
        Assert.Equal(Data[..Megabyte], held);
        disk.Free();
        await WriteAsync(upload, Megabyte, Data.Length);
        await upload.CommitAsync(new ByteRange(Megabyte, Data.Length), default);
        var file = await fixture.Store.PublishAsync(upload, fixture.FileOf("a/b", Data), default);
        Assert.Equal(Data, await fixture.ContentAsync(file));
    }

    [Fact]
    public async Task An_upload_whose_space_was_reserved_is_finished_on_a_disk_that_others_have_filled()
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk);
        await using var upload = await CreateAsync(fixture, Data.Length);
        disk.Fill();

        await WriteAsync(upload, 0, Data.Length);
        await upload.CommitAsync(new ByteRange(0, Data.Length), default);

        Assert.Equal(Data.Length, Assert.Single(await fixture.Store.ListUploadsAsync(default).ToListAsync()).Received.Count);
    }

    [Fact]
    public async Task A_full_disk_at_the_publication_keeps_the_upload_whole()
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk);
        await using var upload = await CreateAsync(fixture, Data.Length);
        await WriteAsync(upload, 0, Data.Length);
        await upload.CommitAsync(new ByteRange(0, Data.Length), default);
        disk.Fill();

        var refused = await Assert.ThrowsAsync<UploadException>(async () => await fixture.Store.PublishAsync(upload, fixture.FileOf("a/b", Data), default));

        Assert.Equal(UploadErrorCode.StorageFull, refused.Error.Code);
        disk.Free();
        await fixture.Store.PublishAsync(upload, fixture.FileOf("a/b", Data), default);
        Assert.Empty(await fixture.Store.ListUploadsAsync(default).ToListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_does_not_fit_is_refused_at_its_creation_and_leaves_nothing(bool preallocation)
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk, o => o with { Preallocation = preallocation, MinFreeBytes = 2 * Megabyte });
        await using var first = await CreateAsync(fixture, 6 * Megabyte);

        var refused = await Assert.ThrowsAsync<UploadException>(() => CreateAsync(fixture, 5 * Megabyte));

        Assert.Equal(UploadErrorCode.StorageFull, refused.Error.Code);
        Assert.Equal(2, fixture.FilesIn("staging").Length);
        await fixture.ReopenAsync(); // the promise holds across a restart
        await Assert.ThrowsAsync<UploadException>(() => CreateAsync(fixture, 5 * Megabyte));
        await using var second = await CreateAsync(fixture, 3 * Megabyte);
        await fixture.Store.RemoveAsync(first.Record.Id, default);
        await using var third = await CreateAsync(fixture, 5 * Megabyte);
    }

    [Fact]
    public async Task Bytes_of_unknown_length_stop_before_the_reserve()
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk, o => o with { MinFreeBytes = 9 * Megabyte });
        await using var upload = await CreateAsync(fixture, null);
        await WriteAsync(upload, 0, Megabyte);

        var refused = await Assert.ThrowsAsync<UploadException>(() => WriteAsync(upload, Megabyte, 4 * Megabyte));

        Assert.Equal(UploadErrorCode.StorageFull, refused.Error.Code);
    }

    [Fact]
    public async Task A_store_opens_on_a_full_disk_and_serves_what_it_has()
    {
        await using var disk = await TemporaryDisk.MountAsync(megabytes: 12);
        await using var fixture = await OpenAsync(disk);
        var file = await fixture.PublishAsync("a/b", Data);
        disk.Fill();

        await fixture.ReopenAsync();

        Assert.Equal(file, await fixture.Store.FindFileAsync(file.Slot, default));
        Assert.Equal(Data, await fixture.ContentAsync(file));
    }

    private static Task<LocalStoreFixture> OpenAsync(TemporaryDisk disk, Func<LocalStoreOptions, LocalStoreOptions>? configure = null) =>
        LocalStoreFixture.OpenAsync(o =>
        {
            var options = o with { DataPath = Path.Combine(disk.Path, "data"), MinFreeBytes = 0 };
            return configure?.Invoke(options) ?? options;
        });

    private static async Task<IStagedUpload> CreateAsync(LocalStoreFixture fixture, long? length) =>
        await fixture.Store.CreateAsync(new UploadRecord(UploadId.Create(), fixture.Clock.GetUtcNow()) { Length = length }, default);

    private static ReadOnlySequence<byte> TwoPieces(int from, int to)
    {
        var last = new Piece(Data.AsMemory((from + to) / 2, (to - from) / 2), (to - from) / 2);
        return new ReadOnlySequence<byte>(new Piece(Data.AsMemory(from, (to - from) / 2), 0, last), 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index, Piece? next = null) => (Memory, RunningIndex, Next) = (memory, index, next);
    }

    private static async Task WriteAsync(IStagedUpload upload, int from, int to) =>
        await upload.WriteAsync(from, new ReadOnlySequence<byte>(Data, from, to - from), default);
}
