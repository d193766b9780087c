using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;

namespace HmacFileServer.Cli.Commands;

/// <summary>
/// A download that goes on to standard output. Its ranges arrive in any order and are proven at the end, so it is passed on when it is whole; until then it
/// is in a file of the state folder, which is gone afterwards.
/// </summary>
internal sealed class StandardOutput : IDisposable
{
    /// <summary>What stands for it on the command line.</summary>
    public const string Name = "-";

    private readonly Output _told;

    private StandardOutput(string file, Output told) => (File, _told) = (file, told);

    /// <summary>Where it is until it is whole.</summary>
    public string File { get; }

    /// <summary>Fails with <see cref="UploadFailure.Usage"/> where standard output is to carry something else.</summary>
    public static StandardOutput For(TransferSession session) => session.Input.Output is Output.Json or Output.JsonLines
        ? throw new UploadFailedException(UploadFailure.Usage, "Standard output carries either the file (-o -) or JSON. Give -o a file for --json.")
        : new StandardOutput(Path.Combine(session.State.Path, $"get-{Environment.ProcessId}"), session.Input.Output);

    /// <summary>Passes the file on; what came of it is told on standard error.</summary>
    public void Pass(DownloadResult result)
    {
        using (var file = System.IO.File.OpenRead(File))
        using (var output = Console.OpenStandardOutput())
            file.CopyTo(output);
        System.IO.File.Delete(File);
        if (_told == Output.Text)
            Summary.Write(Console.Error, result with { FilePath = "standard output" });
    }

    /// <summary>What is not whole is not kept: nobody could go on with it.</summary>
    public void Dispose()
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(File)!, $"*{Path.GetFileName(File)}*"))
            System.IO.File.Delete(left);
    }
}
