using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Storage;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Hosting;

/// <summary>What nobody wants any more goes by itself: in virtual time, over a real file system.</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task An_upload_lives_as_long_as_somebody_brings_bytes_and_a_file_as_long_as_it_was_given()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        var store = await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = folder["data"] }, clock);
        await using var server = await TestServer.StartAsync(store, clock, fileTtl: TimeSpan.FromHours(3));
        var target = server.Slot("open/f", 3);
        var bytes = TestServer.Bytes(3);
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("a/b/kept", 3)} HTTP/1.1\nContent-Length: 3", bytes)).Status);
        Assert.Equal(204, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 0-0/3", bytes[..1])).Status);
        Assert.Equal(["a/b/kept"], Names(folder["data/files"]));

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(204, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 1-1/3", bytes[1..2])).Status);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("0-1", (await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Received"]);
        Assert.Equal(200, (await server.SendAsync("GET /a/b/kept HTTP/1.1")).Status);

        clock.Advance(TimeSpan.FromMinutes(65));
        await GoneAsync(folder["data/staging"], clock);
        clock.Advance(TimeSpan.FromMinutes(5));
        await GoneAsync(folder["data/files"], clock);
        Assert.Equal(404, (await server.SendAsync("GET /a/b/kept HTTP/1.1")).Status);
        Assert.Equal(404, (await server.SendAsync($"HEAD {target} HTTP/1.1")).Status);
        Assert.False(Directory.Exists(folder["data/files/a"]));
        Assert.Empty(Names(folder["data/blobs"]));
    }

    /// <summary>The sweep runs beside the test; each step of the clock lets it look once more.</summary>
    private static async Task GoneAsync(string path, ManualTimeProvider clock)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (Directory.EnumerateFileSystemEntries(path).Any())
        {
            Assert.False(limit.IsCancellationRequested, $"There is still something in {path}.");
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private static string[] Names(string path) => [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(path, f))];
}
