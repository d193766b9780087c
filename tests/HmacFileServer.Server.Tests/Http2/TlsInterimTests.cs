using System.Net.Security;
using System.Text;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Http2;

/// <summary>HTTP/1.1 inside TLS: what leaves beside the framework's answers is encrypted as they are.</summary>
public sealed class TlsInterimTests
{
    [Fact]
    public async Task A_104_comes_before_the_answer_through_tls_too()
    {
        using var certificate = new TestCertificate();
        await using var server = await TestServer.StartAsync(certificate: certificate.Load());
        using var connection = await server.ConnectAsync();
        await using var tls = new SslStream(new System.Net.Sockets.NetworkStream(connection.Socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == certificate.Hash,
        });
        Assert.Equal(SslApplicationProtocol.Http11, tls.NegotiatedApplicationProtocol);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT {server.Slot("s/f", 5)} HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nUpload-Complete: ?1\r\nUpload-Draft-Interop-Version: 8\r\n\r\n"));
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        Assert.Equal("HTTP/1.1 104 Upload Resumption Supported", await reader.ReadLineAsync());
        var headers = new List<string>();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            headers.Add(line);
        Assert.Contains(headers, h => h.StartsWith("Location: /uploads/", StringComparison.Ordinal));
        await tls.WriteAsync("hello"u8.ToArray());
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
    }
}
