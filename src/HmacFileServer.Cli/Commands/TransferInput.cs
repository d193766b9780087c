using HmacFileServer.Client;

namespace HmacFileServer.Cli.Commands;

/// <summary>What was said on the command line that all transfers have in common.</summary>
internal sealed record TransferInput
{
    public TransferMode Mode { get; init; }

    public UploadProtocol Protocol { get; init; }

    public IReadOnlyList<string> Interfaces { get; init; } = [];

    public string? Force { get; init; }

    public FileInfo? Config { get; init; }

    public FileInfo? CaCert { get; init; }

    public FileInfo? TokenFile { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public long? BandwidthLimit { get; init; }

    public long MeteredLimit { get; init; }

    public int Retries { get; init; }

    /// <summary>How what was stored is compared with the file.</summary>
    public UploadChecksum Checksum { get; init; } = UploadChecksum.Crc32C;

    public Output Output { get; init; }

    public bool Verbose { get; init; }

    /// <summary>A live view is of use: a person looks at a terminal, and wants neither JSON nor silence nor the trace.</summary>
    public bool WantsView => Output == Output.Text && !Verbose && !Console.IsErrorRedirected;
}

/// <summary>What is printed.</summary>
internal enum Output
{
    Text,
    Json,
    JsonLines,
    Quiet,
}
