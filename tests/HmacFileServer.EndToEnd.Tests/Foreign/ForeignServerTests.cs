using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Client.State;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>The client against servers of others, whole and cut in the middle.</summary>
public sealed class ForeignServerTests(TusNodeServer tus) : IClassFixture<TusNodeServer>, IDisposable
{
    private const int Length = 24_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task A_tus_server_is_found_out_and_gets_every_byte(int length)
    {
        tus.SkipUnlessThere();
        var bytes = Random(length);
        await using var client = new UploadClient(new ClientOptions());
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], new Uri($"http://{tus.EndPoint}/files")));
        Assert.Equal(UploadProtocol.Tus, result.Protocol);
        Assert.Equal(length, result.SentBytes);
        Assert.Equal(bytes, tus.Stored(result.Url));
    }

    [Fact]
    public async Task A_cut_tus_upload_goes_on_and_sends_no_acknowledged_byte_twice()
    {
        tus.SkipUnlessThere();
        var bytes = Random(Length);
        await using var relay = new CuttingRelay(tus.EndPoint, 3_000_000, 9_000_000, 15_000_000);
        await using var client = new UploadClient(new ClientOptions());
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], new Uri(relay.Url, "files")));
        Assert.Equal(3, relay.CutsMade);
        Assert.Equal(bytes, tus.Stored(result.Url));
        // Sent again is only what was in buffers on the way when a connection was reset.
        Assert.InRange(relay.Sent, Length, Length + (3 * 4_000_000));
        Assert.Equal(3, result.Paths.Sum(p => p.FailedSegments));
    }

    [Fact]
    public async Task A_tus_upload_is_resumed_by_another_client()
    {
        tus.SkipUnlessThere();
        var bytes = Random(Length);
        var options = new ClientOptions { State = StateFolder.Open(_folder["state"]) };
        var request = new UploadRequest(_folder["f"], new Uri($"http://{tus.EndPoint}/files"));
        using var stop = new CancellationTokenSource();
        await using (var first = new UploadClient(options with { BandwidthLimit = 10_000_000 }))
        {
            var watching = new Watcher(p =>
            {
                if (p.DoneBytes > Length / 4)
                    stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.UploadAsync(request, watching, stop.Token));
        }
        var kept = Assert.Single(options.State.List());

        await using var second = new UploadClient(options);
        var result = await second.ResumeAsync(kept.Id);

        Assert.Equal(bytes, tus.Stored(result.Url));
        Assert.True(result.HeldBytes > 0, "Nothing was held.");
        Assert.Equal(Length - result.HeldBytes, result.SentBytes);
        Assert.Empty(options.State.List());
    }

    [Fact]
    public async Task Input_of_unknown_length_goes_to_a_tus_server()
    {
        tus.SkipUnlessThere();
        var bytes = RandomNumberGenerator.GetBytes(7_000_000);
        await using var relay = new CuttingRelay(tus.EndPoint, 2_000_000);
        await using var client = new UploadClient(new ClientOptions());
        using var input = new MemoryStream(bytes);
        var result = await client.UploadAsync(new UploadRequest("stdin", new Uri(relay.Url, "files")) { Content = input });
        Assert.Equal(bytes.Length, result.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Sha256);
        Assert.Equal(bytes, tus.Stored(result.Url));
    }

    [Fact]
    public async Task A_plain_server_gets_one_PUT_and_after_a_cut_another_and_that_is_said()
    {
        await using var dav = await DavServer.StartAsync();
        var bytes = Random(Length);
        await using var relay = new CuttingRelay(dav.EndPoint, 9_000_000);
        await using var client = new UploadClient(new ClientOptions());
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], new Uri(relay.Url, "slot/f.bin?v=00ff")));
        Assert.Equal(UploadProtocol.Put, result.Protocol);
        Assert.Equal(1, result.Restarts);
        Assert.Equal(1, relay.CutsMade);
        Assert.Equal(bytes, dav.Stored("slot/f.bin"));
        Assert.True(result.ResentBytes > 0, "What was sent again is not counted.");
    }

    [Theory]
    [InlineData(UploadProtocol.Tus)]
    [InlineData(UploadProtocol.Ietf)]
    [InlineData(UploadProtocol.Segments)]
    public async Task Our_own_server_speaks_them_all_across_cuts(UploadProtocol protocol)
    {
        const string token = "a token for the end to end tests";
        await using var server = await ServerUnderTest.StartAsync(settings: new Dictionary<string, string> { ["HFS_SECURITY__API_TOKENS"] = $"[\"{token}\"]" });
        var bytes = Random(Length);
        await using var relay = new CuttingRelay(server.EndPoint, 3_000_000, 9_000_000);
        await using var client = new UploadClient(new ClientOptions { Headers = [new("Authorization", $"Bearer {token}")] });
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], relay.Url) { Protocol = protocol });
        Assert.Equal(protocol, result.Protocol);
        Assert.Equal(2, relay.CutsMade);
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(new Uri(server.BaseUrl, result.Url.PathAndQuery)));
    }

    [Fact]
    public async Task A_missing_token_is_refused_in_words()
    {
        await using var server = await ServerUnderTest.StartAsync();
        Random(10);
        await using var client = new UploadClient(new ClientOptions());
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => client.UploadAsync(new UploadRequest(_folder["f"], server.BaseUrl)));
        Assert.Equal(UploadFailure.Refused, refused.Reason);
        Assert.Equal((int)HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("--token-file", refused.Message, StringComparison.Ordinal);
    }

    private byte[] Random(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        File.WriteAllBytes(_folder["f"], bytes);
        return bytes;
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
