using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Core.Slots;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>The client's library, and a server program that is killed under it.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_upload_goes_on_by_itself_when_the_server_was_killed_and_comes_back()
    {
        const int Length = 150_000_000;
        await using var server = await ServerUnderTest.StartAsync();
        await using var client = new UploadClient(new ClientOptions());
        var bytes = RandomNumberGenerator.GetBytes(Length);
        await File.WriteAllBytesAsync(_folder["file"], bytes);
        var slot = new Uri(server.Slot("s", "file", Length, SlotVariant.V1));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = new Watcher(p =>
        {
            if (p.DoneBytes > 0)
                begun.TrySetResult();
        });

        var uploading = client.UploadAsync(new UploadRequest(_folder["file"], slot), watching);
        await begun.Task;
        await server.KillAsync();
        await server.StartProcessAsync();
        var result = await uploading;

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Sha256);
        Assert.True(result.ResentBytes < Length / 2, $"{result.ResentBytes} bytes were sent again");
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(result.Url));
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
