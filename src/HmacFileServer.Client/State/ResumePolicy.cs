using HmacFileServer.Client.Protocols;
using HmacFileServer.Client.Uploads;

namespace HmacFileServer.Client.State;

/// <summary>Whether an upload that was begun may go on with the file as it is now.</summary>
internal static class ResumePolicy
{
    /// <summary>
    /// True if the file is the one that was begun. False if it is another one and the upload can simply begin anew. Where neither can be,
    /// it fails with <see cref="UploadFailure.File"/>: bytes of two files are never mixed.
    /// </summary>
    public static bool Check(UploadRecord record, FileIdentity now, FileSource file, UploadRequest request, bool isResumed, CancellationToken cancellation)
    {
        var change = Change(record, now, file, cancellation);
        if (change is null)
            return true;
        if (!isResumed && (CanBeginAnew(record, request) || record.AcknowledgedBytes == 0))
            return false;
        throw new UploadFailedException(UploadFailure.File,
            $"'{record.File}' is not the file that was begun on {record.BegunAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {change}. Its bytes are not mixed with those that the server has. "
            + $"Put the old file back, or give this upload up with 'hfs resume --forget {record.Id}' and upload the file to a new slot.");
    }

    /// <summary>Another place for the bytes can be had: a slot signed for the occasion, or an upload that the server makes.</summary>
    public static bool CanBeginAnew(UploadRecord record, UploadRequest request) =>
        request.Target is not null || request.Url.OriginalString != record.UploadUrl;

    /// <summary>What is kept of an upload that begins.</summary>
    public static UploadRecord Begin(string id, UploadRequest request, FileIdentity identity, UploadDialect dialect, string target, DateTimeOffset now) => new()
    {
        Id = id,
        File = Path.GetFullPath(request.FilePath),
        Identity = identity,
        Target = target,
        Endpoint = dialect.Endpoint?.OriginalString ?? (dialect.Parts[0].Url == request.Url ? null : request.Url.OriginalString),
        UploadUrl = dialect.Parts[0].Url.OriginalString,
        Protocol = dialect.Protocol,
        ContentType = request.ContentType,
        Mode = request.Mode,
        Parts = dialect.Parts.Count < 2 ? [] : [.. dialect.Parts.Select(p => new RecordedPart(p.Url.OriginalString, p.Range.Start, p.Range.End))],
        TokenFile = request.TokenFile is { } token ? Path.GetFullPath(token) : null,
        BegunAt = now,
        LastActivity = now,
    };

    /// <summary>What is different about the file, in words; null if nothing that matters is.</summary>
    private static string? Change(UploadRecord record, FileIdentity now, FileSource file, CancellationToken cancellation)
    {
        if (now == record.Identity)
            return null;
        if (now.Length != record.Identity.Length)
            return $"it had {record.Identity.Length} bytes and has {now.Length}";
        var touched = now.ModifiedTicks != record.Identity.ModifiedTicks ? "it was written to since" : "another file is in its place";
        // Copied back, or only touched: what was sent of it decides.
        var kind = RunningDigest.KindOf(record.Prefix?.Digest);
        if (record.Prefix is not { } prefix || prefix.Bytes < record.AcknowledgedBytes || kind == UploadChecksum.None)
            return record.AcknowledgedBytes == 0 ? null : $"{touched}, and too little of it is known to tell whether its bytes are the same";
        return file.Digest(kind, prefix.Bytes, cancellation) == prefix.Digest ? null : $"{touched}, and its first {prefix.Bytes} bytes are others";
    }
}
