using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Peers;

/// <summary>The real tus-js-client, unchanged: on slots and on `/files/`, with cuts in the middle, in parallel, and with its IETF protocol.</summary>
public sealed class TusJsClientTests(TusJsClient client) : IClassFixture<TusJsClient>
{
    private const string Tus = "tus-v1";
    private const string Ietf = "ietf-draft-05";

    [Theory]
    [InlineData(Tus, 0, null)]
    [InlineData(Tus, 3, null)]
    [InlineData(Tus, 3, 300_000)]
    [InlineData(Ietf, 0, null)]
    [InlineData(Ietf, 3, null)]
    [InlineData(Ietf, 3, 300_000)]
    public async Task Uploads_to_a_slot_and_goes_on_after_each_cut(string protocol, int cuts, int? chunkSize)
    {
        client.SkipUnlessInstalled();
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(20_000_000);
        var slot = $"http://{server.EndPoint}{server.Slot("s/f", bytes.Length)}";
        var (_, cut) = await client.UploadAsync(bytes, slot, protocol, cuts, chunkSize);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
        Assert.InRange(cut, Math.Min(1, cuts), cuts); // how often its progress lets it be cut is the client's business
    }

    [Theory]
    [InlineData(Tus, 1)]
    [InlineData(Tus, 4)]
    [InlineData(Ietf, 1)]
    public async Task Uploads_to_files_with_a_token(string protocol, int parallel)
    {
        client.SkipUnlessInstalled();
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(5_000_000);
        var (url, _) = await client.UploadAsync(bytes, $"http://{server.EndPoint}/files/", protocol, parallel: parallel);
        var head = await server.SendAsync($"HEAD {new Uri(url).AbsolutePath} HTTP/1.1\nTus-Resumable: 1.0.0");
        Assert.Equal(bytes, (await server.SendAsync($"GET {head["Content-Location"]} HTTP/1.1")).Body);
    }
}
