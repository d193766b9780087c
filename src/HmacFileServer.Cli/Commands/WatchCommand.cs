using System.CommandLine;
using HmacFileServer.Cli.Help;
using HmacFileServer.Client;
using HmacFileServer.Client.State;
using HmacFileServer.Client.Watching;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs watch FOLDER --to SERVER`.</summary>
internal static class WatchCommand
{
    /// <summary>A file that could not be uploaded is tried again after this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Files that are dropped here, or below, are uploaded." };
        var to = new Option<string>("--to") { Description = "The server.", HelpName = "URL", Required = true };
        var secretFile = new Option<FileInfo?>("--secret-file") { Description = "A file with the server's secret: signs slots of your own.", HelpName = "FILE" };
        var type = new Option<string>("--content-type") { Description = "The media type of the files.", HelpName = "TYPE", DefaultValueFactory = _ => "application/octet-stream" };
        var settle = new Option<double>("--settle") { Description = "A file is finished when it has not changed for so many seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
        var once = new Option<bool>("--once") { Description = "Upload what is there and was not uploaded yet, and end." };
        var options = new TransferOptions(uploads: true);
        var command = new ExampleCommand("watch", "Upload what is dropped into a folder.",
            "hfs watch ~/outbox --to https://upload.example.org/ --token-file token",
            "hfs watch /srv/recordings --to https://upload.example.org/ --token-file token --once   # from cron") { folder, to, secretFile, type, settle, once };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => TransferSession.RunAsync(() => options.Read(parsed), async session =>
        {
            var url = parsed.GetValue(to)!;
            var seconds = parsed.GetValue(settle);
            if (!(seconds >= 0 && seconds <= 86_400))
                throw new UploadFailedException(UploadFailure.Usage, "--settle is a number of seconds from 0 to 86400.");
            var targets = new UploadTargets(url, parsed.GetValue(secretFile), parsed.GetValue(type)!, session.Input);
            await using var client = new UploadClient(session.Options);
            using var watcher = FolderWatcher.Start(parsed.GetValue(folder)!, url, session.State, TimeSpan.FromSeconds(seconds), TimeProvider.System);
            if (session.Input.Output == Output.Text && !parsed.GetValue(once))
                Console.Error.WriteLine($"hfs: watching {parsed.GetValue(folder)}; Ctrl-C ends it");
            await foreach (var file in watcher.FilesAsync(parsed.GetValue(once), cancellation))
            {
                if (FileIdentity.Of(file) is not { } identity)
                    continue;
                var request = targets.For(file, isOneOfMany: true);
                var isDone = await session.TransferAsync(Path.GetFileName(file), StateFolder.IdOf(file, UploadClient.TargetOf(request)), 0, 1,
                    (view, stop) => client.UploadAsync(request, view, stop), session.Print);
                if (isDone)
                    watcher.Done(file, identity);
                else
                    watcher.Failed(file, Pause);
            }
        }, cancellation));
        return command;
    }
}
