using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.EndToEnd.Tests.Peers;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>The program on a socket that another process opened and keeps (sd_listen_fds(3)).</summary>
public sealed class SocketActivationTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string SystemdSocketActivate = "/usr/bin/systemd-socket-activate";
    private const int Port = 8080;
    private const string Secret = "the secret of a socket";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> Environment = new() { ["HFS_SECURITY__SECRET"] = Secret };

    private readonly TemporaryFolder _folder = new();
    private readonly IPEndPoint _endPoint = new(LoopbackAddress.Next(), Port);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_the_server_starts_again_nobody_is_refused_and_an_upload_goes_on()
    {
        Assert.SkipUnless(File.Exists(Python), "Python is not installed (Debian package python3).");
        await using var manager = Manager(times: 2, "http");
        var first = (await manager.WaitForLineAsync("started", Limit)).Split(' ')[1];
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        var path = SlotPath.FromDecodedSegments(["s", "f"])!;
        var target = $"/s/f?{new SlotMinter(new SlotSecrets(Secret)).Mint(SlotVariant.V1, path, content.Length)}";
        using var cut = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await cut.ConnectAsync(_endPoint);
        await SendAsync(cut, $"PUT {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {content.Length}\r\n\r\n", content[..2_000_000]);
        await UntilReceivedAsync(target, 2_000_000);

        await ChildProcess.RunAsync("/bin/kill", ["-TERM", first], Limit);
        await manager.WaitForLineAsync("ended 0", Limit);
        // The next process may not be there yet: the connection waits in the socket that the manager keeps.
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_endPoint}/") };
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, target));
        Assert.Equal("2000000", Assert.Single(head.Headers.GetValues("Upload-Offset")));
        using var rest = new ByteArrayContent(content[2_000_000..]);
        rest.Headers.Add("Content-Range", $"bytes 2000000-{content.Length - 1}/{content.Length}");
        Assert.Equal(HttpStatusCode.Created, (await http.PutAsync(target, rest)).StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync("/s/f"));
        Assert.Contains($"Listening on http://{_endPoint}, as the service manager does", manager.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemds_own_tool_hands_over_a_socket_of_which_the_first_client_starts_the_server()
    {
        Assert.SkipUnless(File.Exists(SystemdSocketActivate), "systemd-socket-activate is not installed (Debian package systemd).");
        await using var manager = ChildProcess.Start(
            SystemdSocketActivate,
            ["-l", _endPoint.ToString(), "--fdname=http", "-E", "HFS_SECURITY__SECRET", "-E", "DOTNET_ROOT", ServerUnderTest.Program, "--data", _folder["data"]],
            environment: Environment);
        await manager.WaitForLineAsync("Listening on", Limit);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_endPoint}/") };
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync("/ping")).StatusCode);
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public async Task The_sockets_name_tells_plain_from_tls_where_a_certificate_is_configured(string name, bool isTls)
    {
        Assert.SkipUnless(File.Exists(Python), "Python is not installed (Debian package python3).");
        var certificate = TestCertificate.Create(_folder.Path, "localhost", _endPoint.Address);
        await using var manager = Manager(times: 1, name, new Dictionary<string, string>(Environment)
        {
            ["HFS_SERVER__TLS_CERT_FILE"] = certificate.CertificateFile,
            ["HFS_SERVER__TLS_KEY_FILE"] = certificate.KeyFile,
        });
        await manager.WaitForLineAsync("started", Limit);
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == trusted.GetCertHashString() },
        };
        using var http = new HttpClient(handler);
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(new Uri($"{(isTls ? "https" : "http")}://{_endPoint}/ping"))).StatusCode);
    }

    [Fact]
    public async Task A_descriptor_that_is_no_listening_socket_is_a_clear_error()
    {
        await using var server = ChildProcess.Start(
            "/bin/sh", ["-c", $"exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec '{ServerUnderTest.Program}' --data '{_folder["data"]}'"], environment: Environment);
        Assert.Equal(1, await server.WaitForExitAsync(Limit));
        Assert.Contains("File descriptor 3", server.Output, StringComparison.Ordinal);
        Assert.Contains("ListenStream=", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    private ChildProcess Manager(int times, string name, Dictionary<string, string>? environment = null) => ChildProcess.Start(
        Python,
        [
            Path.Combine(AppContext.BaseDirectory, "Operations", "socket_manager.py"), _endPoint.Address.ToString(), Port.ToString(CultureInfo.InvariantCulture),
            times.ToString(CultureInfo.InvariantCulture), name, ServerUnderTest.Program, "--data", _folder["data"],
        ],
        environment: environment ?? Environment);

    private static async Task SendAsync(Socket socket, string head, byte[] body)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head), .. body];
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    /// <summary>Observes only: a HEAD would end the request.</summary>
    private async Task UntilReceivedAsync(string target, long count)
    {
        using var patience = new CancellationTokenSource(Limit);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_endPoint}/") };
        http.DefaultRequestHeaders.Add("Accept", "application/json");
        while (true)
        {
            using var answer = await http.GetAsync(target, patience.Token);
            if ((await answer.Content.ReadAsStringAsync(patience.Token)).Contains($"\"received_bytes\":{count},", StringComparison.Ordinal))
                return;
        }
    }
}
