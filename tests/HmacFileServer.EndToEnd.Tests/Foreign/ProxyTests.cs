using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Client;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Downloads;
using HmacFileServer.EndToEnd.Tests.Peers;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>Through a proxy of the environment, and to a server with a certificate of a private authority.</summary>
public sealed class ProxyTests : IDisposable
{
    private const int Length = 3_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(Length);

    public ProxyTests() => File.WriteAllBytes(_folder["f"], _bytes);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plain_http_goes_through_with_the_whole_URL()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var proxy = new ForwardProxy();
        await using var client = new UploadClient(Options("http_proxy", proxy.Url.Replace("://", "://me:pw@", StringComparison.Ordinal)));
        await client.UploadAsync(new UploadRequest(_folder["f"], Slot(server.BaseUrl, server)));
        Assert.All(proxy.Heads, h => Assert.Contains($" {server.BaseUrl}", h, StringComparison.Ordinal));
        Assert.Contains(proxy.Heads, h => h.Contains("Proxy-Authorization: Basic bWU6cHc=\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Https_goes_through_a_tunnel_and_comes_back_through_one()
    {
        // The server's address is the process's next one; all of them differ in the last byte alone.
        var first = LoopbackAddress.Next().GetAddressBytes();
        var addresses = Enumerable.Range(first[3] + 1, 8).Select(last => new IPAddress([first[0], first[1], first[2], (byte)last])).ToArray();
        var certificate = TestCertificate.Create(_folder.Path, "server", addresses);
        await using var server = await ServerUnderTest.StartAsync(settings: new Dictionary<string, string>
        {
            ["HFS_SERVER__TLS_CERT_FILE"] = certificate.CertificateFile,
            ["HFS_SERVER__TLS_KEY_FILE"] = certificate.KeyFile,
        });
        await using var proxy = new ForwardProxy();
        var options = Options("https_proxy", proxy.Url) with { Authorities = [X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile)] };
        var secure = new UriBuilder(server.BaseUrl) { Scheme = "https" }.Uri;
        await using var client = new UploadClient(options);
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], Slot(secure, server)));
        await using var downloads = new DownloadClient(options);
        await downloads.DownloadAsync(new DownloadRequest(result.Url, _folder["back"]));
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["back"]));
        Assert.NotEmpty(proxy.Heads);
        Assert.All(proxy.Heads, h => Assert.StartsWith("CONNECT ", h, StringComparison.Ordinal));

        await using var distrusting = new UploadClient(options with { Authorities = [] });
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => distrusting.UploadAsync(new UploadRequest(_folder["f"], Slot(secure, server))));
        Assert.Contains("--cacert", refused.Message, StringComparison.Ordinal);
    }

    private static ClientOptions Options(string name, string value) => new() { Proxies = ProxySettings.FromEnvironment(n => n == name ? value : null) };

    private static Uri Slot(Uri at, ServerUnderTest server) =>
        new(server.Slot("s", "f", Length, contentType: "application/octet-stream").Replace(server.BaseUrl.AbsoluteUri, at.AbsoluteUri, StringComparison.Ordinal));
}
