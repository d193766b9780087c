using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Server.Hosting;

/// <summary>
/// The certificate chain and key that the configuration names, read again when the files change: a renewal needs no restart, and no
/// upload ends for it. Files that cannot be used leave the last good ones in force. For use by many handshakes at once.
/// </summary>
internal sealed partial class TlsCertificate
{
    /// <summary>How long a handshake may still get a certificate that was replaced.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new(); // guards what follows it; who finds it taken uses what is in force
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private (DateTime, DateTime) _written;
    private long _checked;
    private volatile SslStreamCertificateContext _context;

    private TlsCertificate(string certificateFile, string keyFile, TimeProvider clock, ILogger logger)
    {
        (_certificateFile, _keyFile, _clock, _logger) = (certificateFile, keyFile, clock, logger);
        _written = Written();
        _checked = clock.GetTimestamp();
        _context = Read();
    }

    /// <summary>Null if none is configured. CryptographicException or IOException if they cannot be read or do not fit.</summary>
    public static TlsCertificate? Load(ServerOptions server, TimeProvider clock, ILogger logger) =>
        server.TlsCertFile is null ? null : new TlsCertificate(server.TlsCertFile, server.TlsKeyFile!, clock, logger);

    /// <summary>What a handshake that begins now uses.</summary>
    public SslStreamCertificateContext Current()
    {
        if (!_gate.TryEnter())
            return _context;
        try
        {
            if (_clock.GetElapsedTime(_checked) >= CheckInterval)
            {
                _checked = _clock.GetTimestamp();
                ReadIfWritten();
            }
            return _context;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void ReadIfWritten()
    {
        var written = Written();
        if (written == _written)
            return;
        try
        {
            _context = Read();
            _written = written;
            Reloaded(_logger, _context.TargetCertificate.NotAfter);
        }
        catch (Exception ex) when (ex is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Perhaps the key is about to follow; the next check tries again. The exception names the reason, never the key.
            NotUsable(_logger, ex.Message);
        }
    }

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    /// <summary>With the intermediate certificates of the file, which clients need, and without asking the network for more.</summary>
    private SslStreamCertificateContext Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        try
        {
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile), chain, offline: true);
        }
        catch (ArgumentException ex)
        {
            throw new CryptographicException($"The key in {_keyFile} is not that of the certificate in {_certificateFile}: configure the two that belong together.", ex);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "The certificate was replaced by one that is valid until {NotAfter:u}")]
    private static partial void Reloaded(ILogger logger, DateTime notAfter);

    [LoggerMessage(1202, LogLevel.Warning, "The certificate's files have changed and cannot be used, so the earlier ones stay in force: {Reason}")]
    private static partial void NotUsable(ILogger logger, string reason);
}
