using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>The client against a server that only takes PUT, and our own server as a foreign one would be spoken to, cut in the middle.</summary>
public sealed class ForeignServerTests : IDisposable
{
    private const int Length = 24_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
}
