using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>A certificate that signs itself, as PEM files: XMPP clients insist on TLS, and trust exactly this one.</summary>
/// <param name="CertificateFile">The certificate; also what a client is told to trust.</param>
/// <param name="KeyFile">Its key, without a password.</param>
internal sealed record TestCertificate(string CertificateFile, string KeyFile)
{
    /// <summary>Writes both files into a folder.</summary>
    public static TestCertificate Create(string folder, string host, params IPAddress[] addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        foreach (var address in addresses)
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        var files = new TestCertificate(Path.Combine(folder, $"{host}.crt"), Path.Combine(folder, $"{host}.key"));
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
