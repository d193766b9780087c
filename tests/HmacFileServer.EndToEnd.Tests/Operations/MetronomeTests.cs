using System.Net;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>
/// docs/operators/metronome.md: Metronome is not packaged, so its side is played here: the MACs are made by hand, as its module makes them.
/// </summary>
public sealed class MetronomeTests : IDisposable
{
    private const string Secret = "the secret that both share";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_slots_upload_once_and_its_deletions_delete()
    {
        var address = LoopbackAddress.Next();
        await File.WriteAllTextAsync(_folder["config.toml"], OperatorSnippet.Read("metronome.md", "toml").With("127.0.0.1:8080", $"{address}:8080").Text);
        await using var server = ChildProcess.Start(ServerUnderTest.Program, ["--config", _folder["config.toml"], "--data", _folder["data"]]);
        await server.WaitForLineAsync($"Listening on http://{address}:8080", Limit);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}:8080/") };
        const string url = "abc/a%20%2B%C3%A9.bin";

        Task<HttpResponseMessage> PutAsync(string token)
        {
            var body = new ByteArrayContent("abc"u8.ToArray());
            body.Headers.ContentType = new("image/png");
            return http.PutAsync($"{url}?token={token}", body);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(Mac("abc/a +é.bin\03\0image/jpeg"))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(Mac("abc/a +é.bin\03\0image/png"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(Mac("abc/a +é.bin\03\0image/png"))).StatusCode);
        Assert.Equal("abc", await http.GetStringAsync(url));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.DeleteAsync($"{url}?token={Mac("abc/a +é.bin\03\0image/png")}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync($"{url}?token={Mac($"abc/a +é.bin\0{Secret}")}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(url)).StatusCode);
    }

    private static string Mac(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));
}
