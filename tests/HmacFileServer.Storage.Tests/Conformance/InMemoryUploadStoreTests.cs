using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Storage.Tests.Conformance;

public sealed class InMemoryUploadStoreTests : UploadStoreSuite
{
    private InMemoryUploadStore? _store;

    protected override ValueTask<IUploadStore> OpenStoreAsync() => ValueTask.FromResult<IUploadStore>(_store ??= new InMemoryUploadStore(Clock));

    [Fact]
    public async Task Beyond_the_capacity_everything_is_StorageFull_and_what_was_kept_stays()
    {
        _store!.Capacity = 150;
        await using var held = await Store.CreateAsync(NewRecord(100), default);
        await using var open = await Store.CreateAsync(NewRecord(null), default);

        Assert.Equal(UploadErrorCode.StorageFull, (await Refused(async () => await Store.CreateAsync(NewRecord(51), default))).Error.Code);
        Assert.Equal(UploadErrorCode.StorageFull, (await Refused(() => WriteAsync(open, 0, Bytes(51)))).Error.Code);
        await WriteAsync(open, 0, Bytes(50));
        Assert.Equal(2, (await Store.ListUploadsAsync(default).ToListAsync()).Count);
    }

    [Fact]
    public async Task A_test_can_make_an_operation_fail()
    {
        await using var upload = await Store.CreateAsync(NewRecord(100), default);
        _store!.Before = operation =>
        {
            if (operation == StoreOperation.Commit)
                throw new UploadException(UploadErrorCode.StorageFailed);
        };

        await WriteAsync(upload, 0, Bytes(1));
        Assert.Equal(UploadErrorCode.StorageFailed, (await Refused(() => upload.CommitAsync(new ByteRange(0, 1), default))).Error.Code);
    }
}
