using System.CommandLine;

namespace HmacFileServer.Bench;

/// <summary>A measurement that moves one large file.</summary>
/// <param name="Runs">Timed runs of each; 1 or more.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Folder">Where the servers keep their files; null for a temporary folder of the repository's file system.</param>
internal sealed record LargeFileOptions(int Runs, long Bytes, string? Folder);

/// <summary>The command line of such a measurement.</summary>
/// <param name="runs">What a run is.</param>
internal sealed class LargeFileArguments(string runs)
{
    private readonly Option<int> _runs = new("--runs") { Description = runs, DefaultValueFactory = _ => 5 };
    private readonly Option<int> _size = new("--megabytes") { Description = "Size of the file, in MiB.", DefaultValueFactory = _ => 1024 };
    private readonly Option<string?> _folder = new("--folder") { Description = "Where the servers keep their files (default: artifacts/ of the checkout)." };

    public void AddTo(Command command)
    {
        command.Options.Add(_runs);
        command.Options.Add(_size);
        command.Options.Add(_folder);
    }

    /// <summary>What was said; null, told on standard error, for what cannot be.</summary>
    public LargeFileOptions? Read(ParseResult parsed)
    {
        var options = new LargeFileOptions(parsed.GetValue(_runs), (long)parsed.GetValue(_size) << 20, parsed.GetValue(_folder));
        if (options is { Runs: >= 1, Bytes: >= 1 })
            return options;
        Console.Error.WriteLine("--runs and --megabytes must be 1 or more.");
        return null;
    }
}
