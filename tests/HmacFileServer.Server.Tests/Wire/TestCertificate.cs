using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>A certificate for localhost, signed by itself, in files as an operator has them.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestCertificate()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
        File.WriteAllText(_folder["key.pem"], pair.ExportPkcs8PrivateKeyPem());
        Hash = made.GetCertHashString();
    }

    /// <summary>PEM; what a client has to trust.</summary>
    public string CertificateFile => _folder["cert.pem"];

    public string Hash { get; }

    /// <summary>For a server.</summary>
    public TlsCertificate Load() => TlsCertificate.Load(
        new ServerOptions { TlsCertFile = CertificateFile, TlsKeyFile = _folder["key.pem"] }, TimeProvider.System, NullLogger.Instance)!;

    public void Dispose() => _folder.Dispose();
}
