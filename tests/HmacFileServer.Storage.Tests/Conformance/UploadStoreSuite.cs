using System.Buffers;
using System.Security.Cryptography;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Conformance;

/// <summary>What every <see cref="IUploadStore"/> must do. A backend derives one class and gets all of it; what the bytes do is here.</summary>
public abstract partial class UploadStoreSuite : IAsyncLifetime
{
    protected ManualTimeProvider Clock { get; } = new();

    protected IUploadStore Store { get; private set; } = null!;

    /// <summary>Opens the backend on what it has kept; called again after the store before was disposed.</summary>
    protected abstract ValueTask<IUploadStore> OpenStoreAsync();

    public async ValueTask InitializeAsync() => Store = await OpenStoreAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_upload_is_found_after_a_restart_with_all_that_was_said_of_it()
    {
        var record = NewRecord(1000) with
        {
            ContentType = "text/plain; charset=utf-8",
            FileExpires = Clock.GetUtcNow().AddDays(30),
            Properties = new Dictionary<string, string> { ["Upload-Metadata"] = "filename dMOpcw==", ["Upload-Concat"] = "partial" },
        };
        await using (var upload = await Store.CreateAsync(record, default))
        {
            Clock.Advance(TimeSpan.FromSeconds(7));
            await WriteAsync(upload, 100, Bytes(200));
            await upload.CommitAsync(new ByteRange(100, 300), default);
            await WriteAsync(upload, 900, Bytes(100));
            await upload.CommitAsync(new ByteRange(900, 1000), default);
        }
        await ReopenAsync();

        var stored = Assert.Single(await Store.ListUploadsAsync(default).ToListAsync());

        Assert.Equal("100-299, 900-999", stored.Received.ToString());
        Assert.Equal(record.Id, stored.Record.Id);
        Assert.Equal(record.Slot, stored.Record.Slot);
        Assert.Equal(record.Created, stored.Record.Created);
        Assert.Equal(record.Length, stored.Record.Length);
        Assert.Equal(record.ContentType, stored.Record.ContentType);
        Assert.Equal(record.FileExpires, stored.Record.FileExpires);
        Assert.Equal(record.Properties.OrderBy(p => p.Key), stored.Record.Properties.OrderBy(p => p.Key));
        Assert.InRange(stored.LastActivity, record.Created, Clock.GetUtcNow());
    }

    [Fact]
    public async Task Bytes_are_read_back_as_they_were_written_also_after_a_restart()
    {
        var record = NewRecord(300_000);
        var data = Bytes(300_000);
        await using (var upload = await Store.CreateAsync(record, default))
        {
            await WriteAsync(upload, 150_000, data[150_000..]);
            await WriteAsync(upload, 0, data[..150_000]);
            await upload.CommitAsync(new ByteRange(0, 300_000), default);
            Assert.Equal(data[1000..2000], await ReadAsync(upload, 1000, 1000));
        }
        await ReopenAsync();

        await using var again = await Store.OpenAsync(record.Id, default);

        Assert.NotNull(again);
        Assert.Equal(data, await ReadAsync(again, 0, 400_000));
        Assert.Empty(await ReadAsync(again, 300_000, 10));
    }

    [Fact]
    public async Task A_gathered_write_stores_every_piece_in_order()
    {
        var data = Bytes(100_000);
        await using var upload = await Store.CreateAsync(NewRecord(100_000), default);

        await upload.WriteAsync(10, Pieces(data[10..], 1, 4096, 7, 33_000, 1, 0), default);

        Assert.Equal(data[10..], await ReadAsync(upload, 10, 99_990));
    }

    [Fact]
    public async Task Parallel_writes_of_different_ranges_all_arrive()
    {
        const int piece = 10_007;
        var data = Bytes(piece * 32);
        var record = NewRecord(data.Length);
        await using (var upload = await Store.CreateAsync(record, default))
        {
            await Parallel.ForAsync(0, 32, async (i, cancellation) =>
            {
                await WriteAsync(upload, i * piece, data[(i * piece)..((i + 1) * piece)]);
                await upload.CommitAsync(new ByteRange(i * piece, (i + 1) * piece), cancellation);
            });
        }
        await ReopenAsync();

        Assert.Equal(data.Length, Assert.Single(await Store.ListUploadsAsync(default).ToListAsync()).Received.Count);
        await using var again = (await Store.OpenAsync(record.Id, default))!;
        Assert.Equal(data, await ReadAsync(again, 0, data.Length));
    }

    [Fact]
    public async Task A_reset_forgets_what_was_received_and_later_commits_count_again()
    {
        var record = NewRecord(100);
        await using (var upload = await Store.CreateAsync(record, default))
        {
            await WriteAsync(upload, 0, Bytes(100));
            await upload.CommitAsync(new ByteRange(0, 100), default);
            await upload.ResetAsync(0, default);
            await WriteAsync(upload, 50, Bytes(10));
            await upload.CommitAsync(new ByteRange(50, 60), default);
        }
        await ReopenAsync();

        Assert.Equal("50-59", Assert.Single(await Store.ListUploadsAsync(default).ToListAsync()).Received.ToString());
    }

    [Fact]
    public async Task A_reset_keeps_what_lies_below_its_place()
    {
        var record = NewRecord(100);
        await using (var upload = await Store.CreateAsync(record, default))
        {
            await WriteAsync(upload, 0, Bytes(100));
            await upload.CommitAsync(new ByteRange(0, 20), default);
            await upload.CommitAsync(new ByteRange(30, 100), default);
            await upload.ResetAsync(40, default);
            await upload.CommitAsync(new ByteRange(60, 70), default);
            Assert.Equal(Bytes(100)[..40], await ReadAsync(upload, 0, 40));
        }
        await ReopenAsync();

        Assert.Equal("0-19, 30-39, 60-69", Assert.Single(await Store.ListUploadsAsync(default).ToListAsync()).Received.ToString());
    }

    [Fact]
    public async Task A_deferred_length_is_kept_once_it_is_set()
    {
        var record = NewRecord(null);
        await using (var upload = await Store.CreateAsync(record, default))
        {
            await WriteAsync(upload, 0, Bytes(10));
            await upload.CommitAsync(new ByteRange(0, 10), default);
            await upload.SetLengthAsync(20, default);
            Assert.Equal(20, upload.Record.Length);
        }
        await ReopenAsync();

        await using var again = (await Store.OpenAsync(record.Id, default))!;
        Assert.Equal(20, again.Record.Length);
        await Assert.ThrowsAsync<ArgumentException>(async () => await again.SetLengthAsync(30, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await WriteAsync(again, 15, Bytes(6)));
    }

    [Fact]
    public async Task A_length_below_what_is_committed_is_refused()
    {
        await using var upload = await Store.CreateAsync(NewRecord(null), default);
        await WriteAsync(upload, 0, Bytes(10));
        await upload.CommitAsync(new ByteRange(0, 10), default);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await upload.SetLengthAsync(9, default));
    }

    [Fact]
    public async Task Two_who_opened_one_upload_see_the_same()
    {
        var record = NewRecord(100);
        await using var first = await Store.CreateAsync(record, default);
        await using var second = (await Store.OpenAsync(record.Id, default))!;
        var data = Bytes(100);
        await WriteAsync(first, 0, data[..60]);
        await first.CommitAsync(new ByteRange(0, 60), default);
        await first.DisposeAsync();
        await WriteAsync(second, 60, data[60..]);
        await second.CommitAsync(new ByteRange(60, 100), default);

        Assert.Equal(data, await ReadAsync(second, 0, 100));
        Assert.Equal(100, Assert.Single(await Store.ListUploadsAsync(default).ToListAsync()).Received.Count);
    }

    [Fact]
    public async Task Uploads_can_be_opened_and_removed_while_they_are_listed()
    {
        for (var i = 0; i < 3; i++)
            await (await Store.CreateAsync(NewRecord(10), default)).DisposeAsync();
        var seen = 0;

        await foreach (var stored in Store.ListUploadsAsync(default))
        {
            await using var upload = (await Store.OpenAsync(stored.Record.Id, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System))!;
            await upload.CommitAsync(new ByteRange(0, 1), default);
            await Store.RemoveAsync(stored.Record.Id, default);
            seen++;
        }

        Assert.Equal(3, seen);
        Assert.Empty(await Store.ListUploadsAsync(default).ToListAsync());
    }

    [Fact]
    public async Task A_removed_upload_is_gone_for_whoever_has_it_open_and_after_a_restart()
    {
        var record = NewRecord(100);
        await using var upload = await Store.CreateAsync(record, default);
        await Store.RemoveAsync(record.Id, default);
        await Store.RemoveAsync(record.Id, default);

        Assert.Equal(UploadErrorCode.Gone, (await Refused(() => WriteAsync(upload, 0, Bytes(1)))).Error.Code);
        Assert.Equal(UploadErrorCode.Gone, (await Refused(() => upload.CommitAsync(new ByteRange(0, 1), default))).Error.Code);
        Assert.Null(await Store.OpenAsync(record.Id, default));
        await ReopenAsync();
        Assert.Empty(await Store.ListUploadsAsync(default).ToListAsync());
    }

    [Fact]
    public async Task An_id_is_used_once_and_unknown_ids_are_null()
    {
        var record = NewRecord(1);
        await using var upload = await Store.CreateAsync(record, default);

        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CreateAsync(record, default));
        Assert.Null(await Store.OpenAsync(UploadId.Create(), default));
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(96, 5)]
    [InlineData(long.MaxValue - 2, 2)]
    public async Task Bytes_outside_the_upload_are_refused(long offset, int count)
    {
        await using var upload = await Store.CreateAsync(NewRecord(100), default);

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await WriteAsync(upload, offset, Bytes(count)));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await upload.CommitAsync(new ByteRange(offset, offset + count), default));
    }

    protected async ValueTask ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenStoreAsync();
    }

    protected UploadRecord NewRecord(long? length, string? slot = null) =>
        new(UploadId.Create(), Clock.GetUtcNow()) { Slot = Slot(slot ?? "dir/très cool +1 (é).bin"), Length = length };

    protected static SlotPath Slot(string path) => SlotPath.FromDecodedSegments(path.Split('/'))!;

    protected static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    protected static ValueTask WriteAsync(IStagedUpload upload, long offset, byte[] bytes) =>
        upload.WriteAsync(offset, new ReadOnlySequence<byte>(bytes), default);

    protected static async Task<byte[]> ReadAsync(IStagedUpload upload, long offset, int most)
    {
        var bytes = new byte[most];
        var held = 0;
        while (held < most && await upload.ReadAsync(offset + held, bytes.AsMemory(held), default) is > 0 and var count)
            held += count;
        return bytes[..held];
    }

    protected static async Task<UploadException> Refused(Func<ValueTask> action) =>
        await Assert.ThrowsAsync<UploadException>(async () => await action());

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, params int[] sizes)
    {
        Piece? first = null, last = null;
        var at = 0;
        foreach (var size in sizes.Append(bytes.Length - sizes.Sum()))
        {
            last = new Piece(bytes.AsMemory(at, size), last);
            first ??= last;
            at += size;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
