using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.EndToEnd.Tests.Peers;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>What docs/operators tells operators to write works. Prosody's and ejabberd's blocks are run by the tests in Peers.</summary>
public sealed class OperatorSnippetTests : IDisposable
{
    private const string Nginx = "/usr/sbin/nginx";
    private const string SystemdAnalyze = "/usr/bin/systemd-analyze";
    private const string Caddy = "/usr/bin/caddy";
    private const int Port = 8443;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prosody.md")]
    [InlineData("prosody.md", 1)]
    [InlineData("ejabberd.md")]
    [InlineData("metronome.md")]
    [InlineData("nginx.md")]
    [InlineData("caddy.md")]
    public void Every_configuration_of_ours_is_read_without_a_word(string document, int index = 0)
    {
        var result = ConfigurationReader.Read(OperatorSnippet.Read(document, "toml", index).Text, document, new Dictionary<string, string>());
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public async Task Through_nginx_an_upload_is_resumed_after_its_connection_broke()
    {
        Assert.SkipUnless(File.Exists(Nginx), "nginx is not installed (Debian package nginx).");
        await using var server = await ServerUnderTest.StartAsync(settings: new Dictionary<string, string> { ["HFS_SERVER__TRUSTED_PROXIES"] = "127.0.0.0/8" });
        var address = LoopbackAddress.Next();
        var certificate = TestCertificate.Create(_folder.Path, "files.example.org", address);
        await using var nginx = await StartNginxAsync(server.EndPoint, new IPEndPoint(address, Port), certificate);
        using var http = Client(certificate);
        var content = RandomNumberGenerator.GetBytes(2_000_000);
        var path = SlotPath.FromDecodedSegments(["folder", "a name + é%2F.bin"])!;
        var slot = SlotUrl.Build(new Uri($"https://{address}:{Port}/"), path, new SlotMinter(new SlotSecrets(server.Secret)).Mint(SlotVariant.V2, path, content.Length, "image/png"));

        // Half of it arrives, then the client is gone: with a buffering proxy nothing of it would be there.
        using (var broken = new HttpRequestMessage(HttpMethod.Put, slot) { Content = new HalfContent(content) })
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.SendAsync(broken));
        var offset = 0L;
        for (var attempts = 0; offset == 0; attempts++)
        {
            Assert.True(attempts < 1000, "nothing of the broken upload arrived");
            using var head = new HttpRequestMessage(HttpMethod.Head, slot);
            using var progress = await http.SendAsync(head);
            if (progress.Headers.TryGetValues("Upload-Offset", out var values))
                offset = long.Parse(values.Single(), CultureInfo.InvariantCulture);
        }
        using var whole = new ByteArrayContent(content);
        whole.Headers.ContentType = new("image/png");
        using var response = await http.PutAsync(slot, whole);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync(new Uri(slot).GetLeftPart(UriPartial.Path)));
    }

    [Fact]
    public async Task Systemd_understands_the_units()
    {
        Assert.SkipUnless(File.Exists(SystemdAnalyze), "systemd-analyze is not installed (Debian package systemd).");
        var unit = await File.ReadAllTextAsync(Path.Combine(OperatorSnippet.Folder, "hmac-file-server.service"));
        Assert.Contains("/usr/local/bin/hmac-file-server ", unit, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["hmac-file-server.service"], unit.Replace("/usr/local/bin/hmac-file-server ", $"{ServerUnderTest.Program} ", StringComparison.Ordinal));

        File.Copy(Path.Combine(OperatorSnippet.Folder, "hmac-file-server.socket"), _folder["hmac-file-server.socket"]);

        await using var verify = ChildProcess.Start(
            SystemdAnalyze, ["verify", "--man=no", "--recursive-errors=no", _folder["hmac-file-server.service"], _folder["hmac-file-server.socket"]]);

        Assert.True(await verify.WaitForExitAsync(Limit) == 0, verify.Output);
        Assert.DoesNotContain("hmac-file-server.s", verify.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caddy_understands_its_file()
    {
        Assert.SkipUnless(File.Exists(Caddy), "Caddy is not installed (Debian package caddy).");
        await File.WriteAllTextAsync(_folder["Caddyfile"], OperatorSnippet.Caddy.Text);
        await ChildProcess.RunAsync(Caddy, ["validate", "--config", _folder["Caddyfile"], "--adapter", "caddyfile"], Limit);
    }

    private async Task<ChildProcess> StartNginxAsync(IPEndPoint server, IPEndPoint listen, TestCertificate certificate)
    {
        var block = OperatorSnippet.Nginx
            .With("listen 443 ssl", $"listen {listen} ssl")
            .With("/etc/ssl/files.example.org/fullchain.pem", certificate.CertificateFile)
            .With("/etc/ssl/files.example.org/privkey.pem", certificate.KeyFile)
            .With("127.0.0.1:8080", server.ToString());
        await File.WriteAllTextAsync(_folder["nginx.conf"], $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off;
            pid {{_folder["nginx.pid"]}};
            error_log stderr notice;
            events { worker_connections 64; }
            http {
            access_log off;
            client_body_temp_path {{_folder["temp"]}};
            proxy_temp_path {{_folder["temp"]}}; fastcgi_temp_path {{_folder["temp"]}}; uwsgi_temp_path {{_folder["temp"]}}; scgi_temp_path {{_folder["temp"]}};
            {{block}}
            }
            """);
        var nginx = ChildProcess.Start(Nginx, ["-p", _folder.Path, "-e", "stderr", "-c", _folder["nginx.conf"]]);
        await nginx.WaitForLineAsync("start worker process", Limit);
        return nginx;
    }

    private static HttpClient Client(TestCertificate certificate)
    {
        var trusted = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == trusted.GetCertHashString() },
        });
    }

    /// <summary>Announces the whole and breaks off in the middle.</summary>
    private sealed class HalfContent : HttpContent
    {
        private readonly byte[] _content;

        public HalfContent(byte[] content)
        {
            _content = content;
            Headers.ContentType = new("image/png");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_content.AsMemory(0, _content.Length / 2));
            await stream.FlushAsync();
            throw new IOException("The client is gone.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Length;
            return true;
        }
    }
}
