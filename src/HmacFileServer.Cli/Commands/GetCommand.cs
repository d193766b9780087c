using System.CommandLine;
using HmacFileServer.Cli.Help;
using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs get URL`.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        var urls = new Argument<string[]>("URL...") { Description = "What to download.", Arity = new ArgumentArity(1, 10_000) };
        var output = new Option<string?>("--output", "-o") { Description = "The file or folder to put it in, or - for standard output once it is complete; else the server's name for it, here.", HelpName = "FILE" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a file that is there already." };
        var options = new TransferOptions(uploads: false);
        var command = new ExampleCommand("get", "Download files.",
            "hfs get https://upload.example.org/7f3a/film.mkv",
            "hfs get https://upload.example.org/7f3a/film.mkv -o /mnt/films/ --mode aggregate",
            "hfs get https://upload.example.org/7f3a/src.tar -o - | tar x") { urls, output, overwrite };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => TransferSession.RunAsync(() => options.Read(parsed), async session =>
        {
            var all = parsed.GetValue(urls)!;
            var to = parsed.GetValue(output);
            using var pipe = to == StandardOutput.Name ? StandardOutput.For(session) : null;
            if (all.Length > 1 && to is not null && pipe is null && !Directory.Exists(to))
                throw new UploadFailedException(UploadFailure.Usage, $"Several files need a folder: '{to}' is none.");
            await using var client = new DownloadClient(session.Options);
            for (var i = 0; i < all.Length; i++)
            {
                if (!Uri.TryCreate(all[i], UriKind.Absolute, out var url))
                    throw new UploadFailedException(UploadFailure.Usage, $"'{all[i]}' is not a URL. Write it as https://upload.example.org/...");
                var request = new DownloadRequest(url, pipe?.File ?? to) { Mode = session.Input.Mode, Overwrites = pipe is not null || parsed.GetValue(overwrite) };
                await session.TransferAsync(Path.GetFileName(url.AbsolutePath), "the same command", i, all.Length,
                    (view, stop) => client.DownloadAsync(request, view, stop), pipe is null ? result => Print(session.Input, result) : pipe.Pass);
            }
        }, cancellation));
        return command;
    }

    private static void Print(TransferInput input, DownloadResult result)
    {
        switch (input.Output)
        {
            case Output.Json:
                Console.Out.WriteLine(ResultJson.Write(result, input.Mode));
                break;
            case Output.JsonLines:
                Console.Out.WriteLine(ResultJson.Write(result, input.Mode, "done"));
                break;
            case Output.Text:
                Summary.Write(Console.Out, result);
                break;
        }
    }
}
