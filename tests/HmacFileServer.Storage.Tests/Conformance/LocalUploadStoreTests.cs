using HmacFileServer.Core.Storage;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Conformance;

/// <summary>The suite on a real file system, as the server opens it by default.</summary>
public class LocalUploadStoreTests : UploadStoreSuite
{
    private readonly TemporaryFolder _folder = new();

    protected virtual LocalStoreOptions Options => new() { DataPath = _folder["data"] };

    protected override async ValueTask<IUploadStore> OpenStoreAsync() => await LocalUploadStore.OpenAsync(Options, Clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The suite with every commit synced.</summary>
public sealed class PowerLocalUploadStoreTests : LocalUploadStoreTests
{
    protected override LocalStoreOptions Options => base.Options with { Durability = Durability.Power };
}

/// <summary>The suite without anything that can be switched off, and with files closed after nearly every use.</summary>
public sealed class PlainLocalUploadStoreTests : LocalUploadStoreTests
{
    protected override LocalStoreOptions Options => base.Options with { Deduplication = false, Preallocation = false, MostIdleOpenUploads = 1 };
}
