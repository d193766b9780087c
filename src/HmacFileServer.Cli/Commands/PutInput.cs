namespace HmacFileServer.Cli.Commands;

/// <summary>What was said on the command line of `hfs put`.</summary>
internal sealed record PutInput(IReadOnlyList<string> Files, string Url)
{
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    public string? Force { get; init; }

    public FileInfo? SecretFile { get; init; }

    public string ContentType { get; init; } = "application/octet-stream";

    public FileInfo? Config { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public bool Verbose { get; init; }

    public string Mode { get; init; } = "auto";
}
