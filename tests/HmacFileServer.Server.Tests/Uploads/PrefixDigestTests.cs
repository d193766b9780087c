using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Server.Tests.Uploads;

public sealed class PrefixDigestTests
{
    [Fact]
    public async Task Whoever_finishes_can_wait_for_the_one_that_still_hashes()
    {
        var bytes = TestServer.Bytes(100_000);
        await using var store = new InMemoryUploadStore(TimeProvider.System);
        var staged = await store.CreateAsync(new UploadRecord(UploadId.Create(), default) { Length = bytes.Length }, default);
        await staged.WriteAsync(0, new(bytes), default);
        using var digest = new PrefixDigest();
        Assert.True(digest.TryTake(0));

        Assert.False(await digest.CatchUpAsync(staged, bytes.Length, default));
        var freed = digest.FreedAsync();
        Assert.False(freed.IsCompleted);
        digest.Append(new(bytes, 0, 60_000));
        digest.Return(60_000);
        await freed;

        Assert.True(await digest.CatchUpAsync(staged, bytes.Length, default));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), digest.Finish().Sha256);
        Assert.True(digest.FreedAsync().IsCompleted);
    }
}
