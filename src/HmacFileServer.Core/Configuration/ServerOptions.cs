using System.Net;
using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[server]`</summary>
public sealed record ServerOptions : ICheckedSection
{
    /// <summary>The default reaches no further than this machine: a server without a configuration is not on the internet.</summary>
    [ListenAddressOption("Address and port to listen on; \":8080\" is every address of the machine.")]
    public ListenAddress ListenAddress { get; init; } = new("127.0.0.1", 8080);

    [TextOption("Folder for files, state and the database; made if it is missing.")]
    public string StoragePath { get; init; } = "./data";

    /// <summary>Begins and ends with a slash.</summary>
    [BasePathOption("Path of the URLs below which slots lie, as in the XMPP server's base URL.")]
    public string BasePath { get; init; } = "/";

    /// <summary>In bytes.</summary>
    [SizeOption("Largest file that is accepted.", Min = "1B")]
    public long MaxUploadSize { get; init; } = 10 * ByteSize.GB;

    [TextOption("Certificate chain (PEM) for HTTPS; empty for plain HTTP behind a proxy.", Optional = true)]
    public string? TlsCertFile { get; init; }

    [TextOption("Private key (PEM) of the certificate.", Optional = true)]
    public string? TlsKeyFile { get; init; }

    /// <summary>Nobody by default: whoever is in the list can claim any client address.</summary>
    [AddressBlocksOption("Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or blocks like \"10.0.0.0/8\".")]
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>In bytes per second; 0 for no bound.</summary>
    [SizeOption("Least bytes a second, over all of its time, of a request with a body; a slower one is ended. 0 for no bound.", Max = "1GB")]
    public long MinDataRate { get; init; } = 128;

    /// <summary>More than Kestrel's clock tick of one second.</summary>
    [DurationOption("How long a request may be slower than min_data_rate at its beginning.", Min = "2s")]
    public TimeSpan MinDataRateGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>0 for no bound.</summary>
    [IntegerOption("Most connections at once; 0 for no bound.")]
    public int MaxConnections { get; init; } = 50_000;

    /// <summary>In bytes. Names of 255 bytes, percent-encoded, take 3 KB of it.</summary>
    [SizeOption("Longest request line; a longer one is answered 414.", Min = "1KB", Max = "1MB")]
    public long MaxRequestLineSize { get; init; } = 8 * ByteSize.KB;

    /// <summary>In bytes.</summary>
    [SizeOption("Most bytes of all headers of a request together; more are answered 431.", Min = "1KB", Max = "1MB")]
    public long MaxHeadersSize { get; init; } = 32 * ByteSize.KB;

    [IntegerOption("Most headers of a request; more are answered 431.", Min = 20, Max = 10_000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>More than Kestrel's clock tick of one second.</summary>
    [DurationOption("How long a request's headers may take to arrive.", Min = "2s")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>In bytes; 0 for adaptive.</summary>
    [AdaptiveSizeOption("What is received ahead of the disk: \"adaptive\" follows each connection, a size is the same for all.", Min = "4KB", Max = "16MB")]
    public int ReceiveBuffer { get; init; }

    [SwitchOption("Tell clients the addresses of all interfaces of this machine, so that uploads come over another when one goes.")]
    public bool AnnounceInterfaces { get; init; }

    IEnumerable<SectionProblem> ICheckedSection.Check(Func<string, bool> isSet)
    {
        if (TlsCertFile is null != TlsKeyFile is null)
        {
            yield return TlsKeyFile is null
                ? new SectionProblem(nameof(TlsCertFile), "a certificate needs its private key: set tls_key_file, too.")
                : new SectionProblem(nameof(TlsKeyFile), "a private key needs its certificate: set tls_cert_file, too.");
        }
    }
}
