using System.Security.Cryptography;

namespace HmacFileServer.Testing.Kills;

/// <summary>A file that was finished and compared, to be compared again.</summary>
internal sealed record FinishedFile(string Path, int Length, string Sha256);

/// <summary>Asks a server that was started anew for all that the one before it had acknowledged.</summary>
internal sealed class UploadAudit(WireClient client, Dictionary<string, int> answers)
{
    /// <summary>Acknowledged bytes that were asked for.</summary>
    public long Bytes { get; private set; }

    public int FilesCompared { get; private set; }

    /// <summary>Returns the file if it is one by now. KillFailureException if the server broke its word.</summary>
    public async Task<FinishedFile?> CheckAsync(SentUpload upload)
    {
        var sender = new UploadSender(client, upload, new Random(0), [], answers);
        if (upload is { Resource: null, IsJoinAsked: true })
            await sender.JoinAsync(); // the answer was lost, so nobody knows its address: asked for again
        if (upload.Resource is null && upload.Slot is null)
            return null; // nothing was ever said of it
        var acknowledged = upload.Acknowledged.Clone();
        upload.IsLeft = false; // whatever was left was left with the server before
        var wasFinished = upload.IsFinished;
        var answer = await sender.AskAsync();
        if (upload.IsCancelled)
        {
            return answer.Status is 404 or 410
                ? null
                : throw new KillFailureException(KillFailureKind.WrongAnswer, $"{upload} was cancelled, and is there again: {answer}");
        }
        if (answer.Status is 404 or 410)
        {
            upload.IsCancelled = upload.IsCancelAsked;
            return upload.IsCancelAsked ? null : throw new KillFailureException(KillFailureKind.LostUpload, $"{upload} is gone; {acknowledged} was acknowledged; {answer}", acknowledged.Count);
        }
        Bytes += acknowledged.Count;
        if (!answer.IsComplete)
        {
            var lost = acknowledged.Runs.SelectMany(answer.Received.Missing).Sum(r => r.Length);
            if (lost > 0 || wasFinished)
                throw new KillFailureException(KillFailureKind.LostBytes, $"{upload}: {(wasFinished ? "all of the file" : acknowledged)} was acknowledged; {answer}", lost);
            return null;
        }
        var file = new FinishedFile(upload.File ?? throw new KillFailureException(KillFailureKind.WrongAnswer, $"{upload}: complete, and no place: {answer}"), upload.Length, upload.Sha256);
        await CompareAsync(file);
        return file;
    }

    public async Task CompareAsync(FinishedFile file)
    {
        var answer = await client.SendAsync($"GET {file.Path} HTTP/1.1") ?? throw new ServerGoneException();
        if (answer.Status != 200)
            throw new KillFailureException(KillFailureKind.LostUpload, $"A finished file is gone: {answer}", file.Length);
        if (answer.Body.Length != file.Length || Convert.ToHexStringLower(SHA256.HashData(answer.Body)) != file.Sha256)
            throw new KillFailureException(KillFailureKind.CorruptFile, $"A finished file of {file.Length} bytes is not what was sent: {answer}");
        FilesCompared++;
    }
}
