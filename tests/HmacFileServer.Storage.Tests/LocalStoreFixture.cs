using System.Buffers;
using System.Security.Cryptography;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests;

/// <summary>A local store in a folder of its own, for tests that look at the files behind it.</summary>
internal sealed class LocalStoreFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ManualTimeProvider Clock { get; } = new();

    public LocalUploadStore Store { get; private set; } = null!;

    public CollectingLogger Log { get; } = new();

    public LocalStoreOptions Options { get; set; } = null!;

    public string this[string name] => Path.Combine(Options.DataPath, name);

    public static async Task<LocalStoreFixture> OpenAsync(Func<LocalStoreOptions, LocalStoreOptions>? configure = null)
    {
        var fixture = new LocalStoreFixture();
        fixture.Options = new LocalStoreOptions { DataPath = fixture._folder["data"] };
        fixture.Options = configure?.Invoke(fixture.Options) ?? fixture.Options;
        fixture.Store = await LocalUploadStore.OpenAsync(fixture.Options, fixture.Clock, fixture.Log);
        return fixture;
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await LocalUploadStore.OpenAsync(Options, Clock, Log);
    }

    public async Task<IStagedUpload> WholeUploadAsync(string slot, byte[] bytes)
    {
        var upload = await Store.CreateAsync(new UploadRecord(UploadId.Create(), Clock.GetUtcNow()) { Slot = Slot(slot), Length = bytes.Length }, default);
        await upload.WriteAsync(0, new ReadOnlySequence<byte>(bytes), default);
        await upload.CommitAsync(new ByteRange(0, bytes.Length), default);
        return upload;
    }

    public StoredFile FileOf(string slot, byte[] bytes, string type = "text/plain") =>
        new(Slot(slot), bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), type, Clock.GetUtcNow(), Clock.GetUtcNow().AddDays(3));

    public async Task<StoredFile> PublishAsync(string slot, byte[] bytes)
    {
        await using var upload = await WholeUploadAsync(slot, bytes);
        return await Store.PublishAsync(upload, FileOf(slot, bytes), default);
    }

    public async Task<byte[]?> ContentAsync(StoredFile file)
    {
        await using var content = await Store.OpenFileAsync(file, default);
        if (content is null)
            return null;
        var bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, await content.ReadAsync(0, bytes, default));
        return bytes;
    }

    /// <summary>Every file below a folder of the store, by its name in it.</summary>
    public string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(this[folder], "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(this[folder], p)).Order()];

    public static SlotPath Slot(string path) => SlotPath.FromDecodedSegments(path.Split('/'))!;

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
