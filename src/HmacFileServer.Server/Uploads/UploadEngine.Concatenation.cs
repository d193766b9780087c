using System.IO.Pipelines;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>The part that makes one upload of several. What there is of it stands in the uploads' records alone, so it goes on after a restart.</summary>
internal sealed partial class UploadEngine
{
    /// <summary>Pieces in which parts are copied, in bytes.</summary>
    private const int CopyBytes = 256 * 1024;

    /// <summary>The total length of parts, null while one is deferred; MalformedHeader if one is not a part that is there.</summary>
    public (long? Length, UploadErrorCode? Error) MeasureParts(Concatenation concatenation)
    {
        long? total = 0;
        foreach (var id in concatenation.Parts)
        {
            if (!TryFind(id, out var part) || !part.Concatenation.IsPartial)
                return (null, UploadErrorCode.MalformedHeader);
            total += part.Progress().Length;
        }
        return (total, null);
    }

    /// <summary>A part is whole: what is made of it may be, too.</summary>
    private void ContinueFinals(UploadId part)
    {
        foreach (var final in FinalsOf(part))
            _ = final.AssembleOnceAsync(() => AssembleAsync(final));
    }

    /// <summary>Copies the parts, if all are whole, and finishes the file. What was copied before is not copied again.</summary>
    private async Task AssembleAsync(LiveUpload final)
    {
        try
        {
            if (WholeParts(final) is not { } parts || final.Progress().State != UploadState.Receiving)
                return;
            var total = parts.Sum(p => p.Length);
            if (await SetLengthAsync(final, total) is { } error)
                throw new UploadException(error);
            await using var bytes = await OpenPartsAsync(parts, final.Progress().Offset);
            var reader = PipeReader.Create(bytes, new StreamPipeReaderOptions(bufferSize: CopyBytes, leaveOpen: true));
            var claim = WriteClaim.Segment(new ByteRange(final.Progress().Offset, total), total);
            var outcome = await TakeAsync(final, claim, reader, null, new FileClaim(final.ContentType));
            await reader.CompleteAsync();
            if (outcome.File is not null)
                await RemovePartsAsync(parts);
        }
        catch (Exception ex) when (ex is UploadException or IOException)
        {
            UploadLog.AssemblyFailed(logger, final.Id.ForLog, ex);
        }
    }

    private List<(LiveUpload Part, long Length)>? WholeParts(LiveUpload final)
    {
        var parts = new List<(LiveUpload, long)>();
        foreach (var id in final.Concatenation.Parts)
        {
            if (!TryFind(id, out var part) || part.Progress() is not { Length: { } length, ReceivedBytes: var held } || held != length)
                return null;
            parts.Add((part, length));
        }
        return parts;
    }

    private async Task<PartsStream> OpenPartsAsync(List<(LiveUpload Part, long Length)> parts, long from)
    {
        var opened = new List<(IStagedUpload, long)>();
        try
        {
            foreach (var (part, length) in parts)
                opened.Add((await store.OpenAsync(part.Id, CancellationToken.None) ?? throw new UploadException(UploadErrorCode.Gone), length));
        }
        catch
        {
            foreach (var (staged, _) in opened)
                await staged.DisposeAsync();
            throw;
        }
        return new PartsStream(opened, from);
    }

    /// <summary>Parts that nothing else is made of are not needed any more.</summary>
    private async Task RemovePartsAsync(List<(LiveUpload Part, long Length)> parts)
    {
        foreach (var (part, _) in parts.Where(p => FinalsOf(p.Part.Id).Count == 0))
            await TerminateAsync(part);
    }

    private List<LiveUpload> FinalsOf(UploadId part)
    {
        lock (_gate) return [.. _byId.Values.Where(u => u.Concatenation.Parts.Contains(part))];
    }
}
