using System.Net;
using System.Net.Http.Headers;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>What XMPP clients have today works as it is: a real server's slot, a real client's upload, our server behind it.</summary>
public sealed class XmppUploadTests : IDisposable
{
    private const string Name = "très cool +1 (é)%2F.bin";
    private const string Secret = "shared with the XMPP server";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1)]
    [InlineData(XmppServerKind.ProsodyV2)]
    [InlineData(XmppServerKind.ProsodyJwt)]
    [InlineData(XmppServerKind.Ejabberd)]
    public async Task Slixmpp_uploads_with_a_real_slot_and_everyone_downloads_the_same_bytes(XmppServerKind kind)
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var server = await StartServerAsync(kind);
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(3_000_017);
        await File.WriteAllBytesAsync(_folder[Name], content);

        var url = await SlixmppClient.UploadAsync(xmpp.Account, _folder[Name], "text/plain; charset=utf-8");

        Assert.Equal(content, await _http.GetByteArrayAsync(url));
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1)]
    [InlineData(XmppServerKind.ProsodyV2)]
    [InlineData(XmppServerKind.ProsodyJwt)]
    [InlineData(XmppServerKind.Ejabberd)]
    public async Task A_slot_is_good_for_exactly_the_file_that_was_announced_and_once(XmppServerKind kind)
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var server = await StartServerAsync(kind);
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(100_000);
        var slot = await SlixmppClient.RequestSlotAsync(xmpp.Account, Name, content.Length, "image/png");

        var without = slot with { Put = slot.Get, Headers = new Dictionary<string, string>() };
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(slot, content[1..], "image/png"));
        Assert.Equal(kind == XmppServerKind.ProsodyJwt ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, await PutAsync(without, content, "image/png"));
        if (kind is XmppServerKind.ProsodyJwt or XmppServerKind.ProsodyV2)
            Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(slot, content, "image/jpeg"));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(slot.Get)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, await PutAsync(slot, content, "image/png"));
        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(slot, content, "image/png"));
        Assert.Equal(content, await _http.GetByteArrayAsync(slot.Get));
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1, "été (1).jpg")]
    [InlineData(XmppServerKind.ProsodyV1, "a +b%2Fc é.jpg")]
    [InlineData(XmppServerKind.ProsodyV2, "été (1).jpg")]
    [InlineData(XmppServerKind.ProsodyV2, "a +b%2Fc é.jpg")]
    [InlineData(XmppServerKind.ProsodyJwt, "été (1).jpg")]
    [InlineData(XmppServerKind.ProsodyJwt, "a +b%2Fc é.jpg")]
    [InlineData(XmppServerKind.Ejabberd, "été (1).jpg")]
    [InlineData(XmppServerKind.Ejabberd, "a +b%2Fc é.jpg")]
    public async Task Go_sendxmpp_uploads_with_a_real_slot(XmppServerKind kind, string name)
    {
        GoSendxmppClient.SkipUnlessInstalled();
        await using var server = await StartServerAsync(kind);
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(200_000);
        await File.WriteAllBytesAsync(_folder[name], content);

        await GoSendxmppClient.UploadAsync(xmpp.Account, _folder[name]);

        var stored = Assert.Single(Directory.EnumerateFiles(Path.Combine(server.Data, "files"), "*", SearchOption.AllDirectories));
        Assert.Equal(content, await File.ReadAllBytesAsync(stored));
    }

    private static byte[] RandomContent(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    /// <summary>As docs/operators/prosody.md says of each flavour.</summary>
    private static Task<ServerUnderTest> StartServerAsync(XmppServerKind kind) =>
        ServerUnderTest.StartAsync(Secret, new Dictionary<string, string> { ["HFS_SECURITY__JWT"] = kind == XmppServerKind.ProsodyJwt ? "only" : "off" });

    private async Task<HttpStatusCode> PutAsync(XmppSlot slot, byte[] content, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, slot.Put) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in slot.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }
}
