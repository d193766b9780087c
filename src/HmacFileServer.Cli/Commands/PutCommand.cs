using System.CommandLine;
using HmacFileServer.Cli.Help;
using HmacFileServer.Client;
using HmacFileServer.Client.State;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs put FILE... URL`.</summary>
internal static class PutCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("FILE... URL")
        {
            Description = "Files, folders, patterns or - for standard input; and the URL at the end: a slot, a server, or where it makes uploads.",
            Arity = new ArgumentArity(2, 10_000),
        };
        var secretFile = new Option<FileInfo?>("--secret-file") { Description = "A file with the server's secret: signs slots of your own.", HelpName = "FILE" };
        var type = new Option<string>("--content-type") { Description = "The media type that the slot was asked for.", HelpName = "TYPE", DefaultValueFactory = _ => "application/octet-stream" };
        var options = new TransferOptions(uploads: true);
        var command = new ExampleCommand("put", "Upload files.",
            "hfs put film.mkv 'https://upload.example.org/7f3a/film.mkv?v2=...'   # to a slot from your XMPP server",
            "hfs put photos/ notes.txt https://upload.example.org/ --token-file token",
            "tar c src | hfs put - https://upload.example.org/ --token-file token",
            "hfs put disk.img https://tus.example.org/files/ --mode aggregate --bwlimit 2MB") { arguments, secretFile, type };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => TransferSession.RunAsync(() => options.Read(parsed), async session =>
        {
            var all = parsed.GetValue(arguments)!;
            var targets = new UploadTargets(all[^1], parsed.GetValue(secretFile), parsed.GetValue(type)!, session.Input);
            var files = FileList.Expand(all[..^1]);
            await using var client = new UploadClient(session.Options);
            for (var i = 0; i < files.Count; i++)
            {
                var request = targets.For(files[i], files.Count > 1);
                var id = request.Content is null ? StateFolder.IdOf(request.FilePath, UploadClient.TargetOf(request)) : null;
                using var content = request.Content;
                await session.TransferAsync(Path.GetFileName(request.FilePath), id, i, files.Count,
                    (view, stop) => targets.TellOfSecretAsync(client.UploadAsync(request, view, stop)), session.Print);
            }
        }, cancellation));
        return command;
    }
}
