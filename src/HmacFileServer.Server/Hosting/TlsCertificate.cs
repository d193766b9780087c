using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Server.Hosting;

/// <summary>The certificate and key that the configuration names.</summary>
internal static class TlsCertificate
{
    /// <summary>Null if none is configured. CryptographicException or IOException if they cannot be read or do not fit.</summary>
    public static X509Certificate2? Load(ServerOptions server) =>
        server.TlsCertFile is null ? null : X509Certificate2.CreateFromPemFile(server.TlsCertFile, server.TlsKeyFile);
}
