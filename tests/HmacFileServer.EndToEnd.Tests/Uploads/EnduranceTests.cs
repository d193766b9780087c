using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>What is longer than a switch of networks.</summary>
public sealed class EnduranceTests : IDisposable
{
    private const int Length = 20_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_upload_follows_a_server_that_moves_to_another_address()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var bytes = Random();
        var (before, after) = (new IPEndPoint(LoopbackAddress.Next(), 8090), new IPEndPoint(LoopbackAddress.Next(), 8090));
        var known = before.Address;
        await using var old = new CuttingRelay(server.EndPoint, before, ofServer: false);
        CuttingRelay? young = null;
        var url = new UriBuilder(server.Slot("s", "f.bin", Length)) { Host = "moving.example", Port = 8090 }.Uri;
        await using var client = new UploadClient(new ClientOptions
        {
            BandwidthLimit = 5_000_000, // four seconds: on a busy machine most of a faster upload is over before the move
            Resolve = (_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([known]),
        });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var uploading = client.UploadAsync(new UploadRequest(_folder["f"], url) { ContentType = "application/octet-stream" }, new Watcher(p =>
        {
            if (p.DoneBytes > Length / 10)
                begun.TrySetResult();
        }));
        try
        {
            await begun.Task;
            known = after.Address;
            young = new CuttingRelay(server.EndPoint, after, ofServer: false);
            await old.DropAsync();

            var result = await uploading;

            Assert.True(young.Sent > Length / 2, "The new address was not used.");
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Sha256);
        }
        finally
        {
            if (young is not null)
                await young.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_device_that_slept_for_an_hour_goes_on_although_its_patience_is_shorter()
    {
        await using var server = await ServerUnderTest.StartAsync();
        Random();
        var time = new ManualTimeProvider();
        var said = new List<string>();
        await using var client = new UploadClient(new ClientOptions
        {
            BandwidthLimit = 4_000_000, // by the clock of the test
            GiveUpAfter = TimeSpan.FromMinutes(15),
            Trace = (_, what) => said.Add(what),
        }, time);
        var isBegun = false;
        var uploading = client.UploadAsync(new UploadRequest(_folder["f"], new Uri(server.Slot("s", "f.bin", Length, contentType: "application/octet-stream"))),
            new Watcher(p => isBegun |= p.DoneBytes > Length / 4));
        var slept = false;
        while (!uploading.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(2));
            if (isBegun && !slept)
            {
                slept = true;
                time.Advance(TimeSpan.FromHours(1));
            }
            await Task.Yield();
        }
        var result = await uploading;
        Assert.Equal(Length, result.Bytes);
        Assert.Contains(said, s => s.Contains("asleep", StringComparison.Ordinal));
    }

    private byte[] Random()
    {
        var bytes = RandomNumberGenerator.GetBytes(Length);
        File.WriteAllBytes(_folder["f"], bytes);
        return bytes;
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
