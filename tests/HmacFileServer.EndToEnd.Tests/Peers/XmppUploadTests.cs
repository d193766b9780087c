using System.Net;
using System.Net.Http.Headers;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>What XMPP clients have today works as it is: a real server's slot, a real client's upload, our server behind it.</summary>
public sealed class XmppUploadTests : IDisposable
{
    private const string Name = "très cool +1 (é).bin";
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
    [InlineData(XmppServerKind.Ejabberd)]
    public async Task Slixmpp_uploads_with_a_real_slot_and_everyone_downloads_the_same_bytes(XmppServerKind kind)
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var server = await ServerUnderTest.StartAsync("shared with the XMPP server");
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(3_000_017);
        await File.WriteAllBytesAsync(_folder[Name], content);

        var url = await SlixmppClient.UploadAsync(xmpp.Account, _folder[Name], "text/plain; charset=utf-8");

        Assert.Equal(content, await _http.GetByteArrayAsync(url));
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1)]
    [InlineData(XmppServerKind.ProsodyV2)]
    [InlineData(XmppServerKind.Ejabberd)]
    public async Task A_slot_is_good_for_exactly_the_file_that_was_announced_and_once(XmppServerKind kind)
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var server = await ServerUnderTest.StartAsync("shared with the XMPP server");
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(100_000);
        var slot = await SlixmppClient.RequestSlotAsync(xmpp.Account, Name, content.Length, "image/png");

        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(slot.Put, content[1..], "image/png"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(slot.Get, content, "image/png"));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(slot.Get)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, await PutAsync(slot.Put, content, "image/png"));
        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(slot.Put, content, "image/png"));
        Assert.Equal(content, await _http.GetByteArrayAsync(slot.Get));
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1)]
    [InlineData(XmppServerKind.ProsodyV2)]
    [InlineData(XmppServerKind.Ejabberd)]
    public async Task Go_sendxmpp_uploads_with_a_real_slot(XmppServerKind kind)
    {
        GoSendxmppClient.SkipUnlessInstalled();
        await using var server = await ServerUnderTest.StartAsync("shared with the XMPP server");
        await using var xmpp = await XmppServers.StartAsync(kind, server.BaseUrl.ToString(), server.Secret);
        var content = RandomContent(200_000);
        await File.WriteAllBytesAsync(_folder["été (1).jpg"], content);

        await GoSendxmppClient.UploadAsync(xmpp.Account, _folder["été (1).jpg"]);

        var stored = Assert.Single(Directory.EnumerateFiles(Path.Combine(server.Data, "files"), "*", SearchOption.AllDirectories));
        Assert.Equal(content, await File.ReadAllBytesAsync(stored));
    }

    private static byte[] RandomContent(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private async Task<HttpStatusCode> PutAsync(string url, byte[] content, string contentType)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await _http.PutAsync(new Uri(url), body);
        return response.StatusCode;
    }
}
