using System.Diagnostics;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Storage;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Uploads;

/// <summary>The server over a real file system.</summary>
public sealed class LocalStoreTests
{
    [Fact]
    public async Task A_file_comes_in_by_parallel_segments_and_goes_out_again()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await OpenAsync(folder["data"]));
        var bytes = TestServer.Bytes(20_000_000);
        var target = server.Slot("s/f", bytes.Length);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Reverse().Select(i =>
            server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000\nContent-Range: bytes {i * 1_000_000}-{(i * 1_000_000) + 999_999}/20000000", bytes[(i * 1_000_000)..((i + 1) * 1_000_000)])));
        Assert.True(answers.Count(a => a.Status == 201) == 1, string.Join(" ", answers.Select(a => a.Status)));
        Assert.Equal(bytes, (await server.SendAsync("GET /s/f HTTP/1.1")).Body);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder["data/files/s/f"]));
        var file = await server.Store.FindFileAsync(TestServer.SlotOf("s/f"), default);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), file!.Sha256);
    }

    [Theory]
    [InlineData("HEAD", "Tus-Resumable: 1.0.0", 200)]
    [InlineData("HEAD", "Upload-Draft-Interop-Version: 8", 204)]
    [InlineData("HEAD", "X-None: 1", 200)]
    public async Task An_upload_that_was_finished_before_a_restart_is_still_known_to_be_complete(string method, string header, int status)
    {
        using var folder = new TemporaryFolder();
        string upload;
        await using (var server = await TestServer.StartAsync(await OpenAsync(folder["data"])))
        {
            var created = await server.SendAsync(
                $"POST {server.Slot("s/f", 5)} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: 5\nUpload-Metadata: filename Zg==\nContent-Type: application/offset+octet-stream\nContent-Length: 5",
                TestServer.Bytes(5));
            Assert.Equal(201, created.Status);
            upload = created["Location"]!;
        }
        await using var next = await TestServer.StartAsync(await OpenAsync(folder["data"]));

        var answer = await next.SendAsync($"{method} {upload} HTTP/1.1\n{header}");

        Assert.Equal(status, answer.Status);
        Assert.EndsWith("s/f", answer["Content-Location"] ?? answer["Location"] ?? "s/f", StringComparison.Ordinal);
        Assert.True(answer["Upload-Offset"] == "5" || answer["Upload-Complete"] == "?1");
        Assert.Equal(header.StartsWith("Tus", StringComparison.Ordinal) ? "filename Zg==" : null, answer["Upload-Metadata"]);
        Assert.Equal(404, (await next.SendAsync($"{method} /uploads/{new string('0', 32)} HTTP/1.1\n{header}")).Status);
    }

    [Fact]
    public async Task A_full_disk_says_507_and_what_was_acknowledged_goes_on_when_there_is_room()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "mounting a small file system needs root");
        using var folder = new TemporaryFolder();
        var mount = folder["disk"];
        Directory.CreateDirectory(mount);
        Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount);
        try
        {
            var store = await LocalUploadStore.OpenAsync(
                new LocalStoreOptions { DataPath = Path.Combine(mount, "data"), MinFreeBytes = 0, Preallocation = false }, TimeProvider.System);
            await using var server = await TestServer.StartAsync(store);
            var bytes = TestServer.Bytes(6_000_000);
            var target = server.Slot("s/f", bytes.Length);
            Assert.Equal(204, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 2000000\nContent-Range: bytes 0-1999999/6000000", bytes[..2_000_000])).Status);
            var filler = Path.Combine(mount, "filler");
            await using (var stream = File.Create(filler))
            {
                try
                {
                    while (true)
                        await stream.WriteAsync(new byte[65536]);
                }
                catch (IOException)
                {
                    // full
                }
            }
            Assert.Equal(507, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 4000000\nContent-Range: bytes 2000000-5999999/6000000", bytes[2_000_000..])).Status);
            File.Delete(filler);
            var offset = int.Parse((await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]!);
            Assert.InRange(offset, 2_000_000, 5_999_999);
            Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: {6_000_000 - offset}\nContent-Range: bytes {offset}-5999999/6000000", bytes[offset..])).Status);
            Assert.Equal(bytes, (await server.SendAsync("GET /s/f HTTP/1.1")).Body);
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static async Task<LocalUploadStore> OpenAsync(string path) =>
        await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = path }, TimeProvider.System);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
