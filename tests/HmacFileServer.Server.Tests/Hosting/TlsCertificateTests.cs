using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HmacFileServer.Server.Tests.Hosting;

/// <summary>A renewed certificate is used without a restart; a half written one is not.</summary>
public sealed class TlsCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private int _writes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_handshake_gets_the_newest_certificate_whose_key_fits()
    {
        var first = Write(certificate: true, key: true);
        var options = new ServerOptions { TlsCertFile = _folder["cert.pem"], TlsKeyFile = _folder["key.pem"] };
        await using var server = await TestServer.StartAsync(certificate: TlsCertificate.Load(options, _clock, NullLogger.Instance));
        Assert.Equal(first, await HandshakeAsync(server));

        Write(certificate: true, key: false); // the key is still that of the first
        _clock.Advance(TlsCertificate.CheckInterval);
        Assert.Equal(first, await HandshakeAsync(server));

        var second = Write(certificate: true, key: true);
        Assert.Equal(first, await HandshakeAsync(server)); // not looked at on every handshake
        _clock.Advance(TlsCertificate.CheckInterval);
        Assert.Equal(second, await HandshakeAsync(server));

        File.Delete(_folder["key.pem"]);
        _clock.Advance(TlsCertificate.CheckInterval);
        Assert.Equal(second, await HandshakeAsync(server));
    }

    [Fact]
    public void At_the_start_files_that_do_not_fit_are_an_error()
    {
        Write(certificate: true, key: true);
        Write(certificate: true, key: false);
        var options = new ServerOptions { TlsCertFile = _folder["cert.pem"], TlsKeyFile = _folder["key.pem"] };
        Assert.Contains("is not that of the certificate", Assert.Throws<CryptographicException>(() => TlsCertificate.Load(options, _clock, NullLogger.Instance)).Message, StringComparison.Ordinal);
        Assert.Null(TlsCertificate.Load(new ServerOptions(), _clock, NullLogger.Instance));
    }

    private static async Task<string> HandshakeAsync(TestServer server)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, given, _, _) => given?.Subject == "CN=localhost" });
        return tls.RemoteCertificate!.GetCertHashString();
    }

    /// <summary>Writes a new pair, or a part of it; returns the certificate's hash. Times of writing are set apart, whatever the file system's resolution.</summary>
    private string Write(bool certificate, bool key)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        if (certificate)
            File.WriteAllText(_folder["cert.pem"], made.ExportCertificatePem());
        if (key)
            File.WriteAllText(_folder["key.pem"], pair.ExportPkcs8PrivateKeyPem());
        File.SetLastWriteTimeUtc(_folder["cert.pem"], now.UtcDateTime.AddSeconds(++_writes));
        return made.GetCertHashString();
    }
}
