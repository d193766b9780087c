using System.CommandLine;
using HmacFileServer.Cli.Help;
using HmacFileServer.Client;
using HmacFileServer.Client.State;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs resume`: goes on with uploads that an earlier process left.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "Which one; may be left out if there is only one.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every unfinished upload, one after the other." };
        var forget = new Option<bool>("--forget") { Description = "Give the upload up instead: nothing of it is kept here." };
        var options = new TransferOptions(uploads: true);
        var command = new ExampleCommand("resume", "Go on with unfinished uploads.", "hfs resume", "hfs resume 3f9c1a2b4d5e", "hfs resume --all", "hfs resume 3f9c1a2b4d5e --forget") { id, all, forget };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => TransferSession.RunAsync(() => WithToken(options.Read(parsed), parsed.GetValue(id)), async session =>
        {
            var chosen = Choose(session, parsed.GetValue(id), parsed.GetValue(all));
            if (parsed.GetValue(forget))
            {
                foreach (var one in chosen)
                    Forget(session, one);
                return;
            }
            await using var client = new UploadClient(session.Options);
            for (var i = 0; i < chosen.Count; i++)
            {
                var record = session.State.Read(chosen[i]);
                await session.TransferAsync(record is null ? chosen[i] : Path.GetFileName(record.File), chosen[i], i, chosen.Count,
                    (view, stop) => client.ResumeAsync(chosen[i], view, stop), session.Print);
            }
        }, cancellation));
        return command;
    }

    /// <summary>The token's file is remembered by its path, so that the command needs no more than the id.</summary>
    private static TransferInput WithToken(TransferInput input, string? id)
    {
        if (input.TokenFile is not null)
            return input;
        var state = StateFolder.Open(StateFolder.DefaultPath(Environment.GetEnvironmentVariable));
        var files = state.List().Where(r => id is null || r.Id == id).Select(r => r.TokenFile).Distinct().ToList();
        return files is [{ } only] ? input with { TokenFile = new FileInfo(only) } : input;
    }

    private static IReadOnlyList<string> Choose(TransferSession session, string? id, bool all)
    {
        if (id is not null)
            return [id];
        var unfinished = session.State.List();
        if (all || unfinished.Count == 1)
            return [.. unfinished.Select(r => r.Id)];
        throw new UploadFailedException(UploadFailure.Usage, unfinished.Count == 0
            ? "There is no unfinished upload."
            : $"There are {unfinished.Count} unfinished uploads: say which one, or --all. 'hfs status' lists them.");
    }

    private static void Forget(TransferSession session, string id)
    {
        using var lease = session.State.TryTake(id) ?? throw new UploadFailedException(UploadFailure.Busy, $"Another process is at this upload ({id}). Stop it first.");
        if (lease.Record is null)
            throw new UploadFailedException(UploadFailure.Usage, $"There is no unfinished upload '{id}'. 'hfs status' lists what there is.");
        lease.Forget();
    }
}
