using System.Net;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>Finds out how to upload to a URL, and makes the upload there if it needs making.</summary>
internal sealed class UploadOpener(ControlClient control, UploadRequest request, Func<int> usablePaths)
{
    private const string FilesPath = "/files/";
    private const string UploadsPath = "/uploads/";

    /// <summary>A part is worth its two extra requests from here on.</summary>
    private const long LeastPart = 4 * 1024 * 1024;

    /// <summary>The final request names every part; more of them would not fit into the 8 KB that servers commonly allow for a header.</summary>
    private const int MostParts = 32;

    private static readonly string[] Signatures = ["v", "v2", "token", "sig"];

    /// <summary>True if the URL looks like a signed slot: this product's server can be spoken to at once, without asking what it is.</summary>
    public bool LooksLikeSlot => request.Protocol is UploadProtocol.Auto or UploadProtocol.Segments && request.Content is null
        && request.Url.Query.TrimStart('?').Split('&').Any(p => Signatures.Contains(p.Split('=')[0]));

    /// <summary>The dialect for a slot, without a question to the server.</summary>
    public UploadDialect OpenSlot(long length) => new SegmentsDialect(request.Url, length, request.ContentType);

    /// <summary>Goes on with an upload of an earlier process.</summary>
    public async Task<UploadDialect> ReopenAsync(UploadRecord record, long length, CancellationToken cancellation)
    {
        var url = new Uri(record.UploadUrl);
        switch (record.Protocol)
        {
            case UploadProtocol.Tus:
                IReadOnlyList<UploadPart> parts = record.Parts.Count > 0
                    ? [.. record.Parts.Select(p => new UploadPart(new Uri(p.Url), p.Range))]
                    : [new UploadPart(url, new ByteRange(0, length))];
                return new TusDialect(record.Endpoint is { } made ? new Uri(made) : request.Url, parts, TusCreation.Metadata(request), false) { Held = parts.Count > 1 ? await HeldAsync(parts, cancellation) : null };
            case UploadProtocol.Ietf:
                var options = await control.SendAsync("OPTIONS", url, [], null, cancellation);
                return new IetfDialect(url, length, ServerTraits.MostAppendOf(options.Field("Upload-Limit")), IetfCreation.NewestInterop);
            case UploadProtocol.Put:
                return new PutDialect(url, length, record.ContentType);
            default:
                return new SegmentsDialect(url, length, record.ContentType);
        }
    }

    /// <summary>Asks the server what it is, and chooses.</summary>
    /// <param name="length">The file's length; null if it is not known yet.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<UploadDialect> OpenAsync(long? length, CancellationToken cancellation)
    {
        if (request.Protocol == UploadProtocol.Put)
            return new PutDialect(request.Url, Known(length), request.ContentType);
        var traits = await ServerTraits.AskAsync(control, request.Url, cancellation);
        return request.Protocol switch
        {
            UploadProtocol.Segments => await OpenSegmentsAsync(traits, Known(length), cancellation),
            UploadProtocol.Tus => await OpenTusAsync(traits, length, cancellation),
            UploadProtocol.Ietf => await OpenIetfAsync(traits, length, cancellation),
            _ when length is null => traits.CanDeferLength ? await OpenTusAsync(traits, length, cancellation) : await OpenIetfAsync(traits, length, cancellation),
            _ when traits.IsOurs => await OpenSegmentsAsync(traits, length.Value, cancellation),
            _ when traits.TusExtensions is not null => await OpenTusAsync(traits, length, cancellation),
            _ when traits.HasIetf => await OpenIetfAsync(traits, length, cancellation),
            _ => new PutDialect(request.Url, length.Value, request.ContentType),
        };
    }

    private async Task<UploadDialect> OpenSegmentsAsync(ServerTraits traits, long length, CancellationToken cancellation)
    {
        if (!IsPlaceToCreate(traits))
            return new SegmentsDialect(request.Url, length, request.ContentType);
        // The upload is made as a tus one; its own URL then takes segments like a slot.
        var made = await TusCreation.CreateAsync(control, request, new Uri(request.Url, FilesPath), length, null, cancellation);
        return new SegmentsDialect(made, length, request.ContentType);
    }

    private async Task<UploadDialect> OpenTusAsync(ServerTraits traits, long? length, CancellationToken cancellation)
    {
        var endpoint = IsPlaceToCreate(traits) ? new Uri(request.Url, FilesPath) : request.Url;
        var inParts = traits.CanConcatenate && request.Mode != TransferMode.Failover && usablePaths() > 1;
        if (inParts && length is { } known && known >= 2 * LeastPart)
            return await OpenPartsAsync(endpoint, known, cancellation);
        var url = await TusCreation.CreateAsync(control, request, endpoint, length, null, cancellation);
        return new TusDialect(endpoint, [new UploadPart(url, new ByteRange(0, length ?? long.MaxValue))], TusCreation.Metadata(request), length is null) { Held = new RangeSet() };
    }

    private async Task<UploadDialect> OpenPartsAsync(Uri endpoint, long length, CancellationToken cancellation)
    {
        // Many small parts: each path takes the next one when it is done with one, and at the end none waits long for another.
        var count = Math.Min(MostParts, length / LeastPart);
        var size = (length + count - 1) / count;
        var ranges = Enumerable.Range(0, (int)count).Select(i => new ByteRange(i * size, Math.Min(length, (i + 1) * size))).Where(r => !r.IsEmpty);
        var making = ranges.Select(async range =>
            new UploadPart(await TusCreation.CreateAsync(control, request, endpoint, range.Length, "partial", cancellation), range));
        var parts = await Task.WhenAll(making);
        return new TusDialect(endpoint, parts, TusCreation.Metadata(request), false) { Held = new RangeSet() };
    }

    private async Task<UploadDialect> OpenIetfAsync(ServerTraits traits, long? length, CancellationToken cancellation)
    {
        if (request.Protocol == UploadProtocol.Auto && !traits.HasIetf)
        {
            throw new UploadFailedException(UploadFailure.Usage,
                "The server takes no upload of unknown length. Write the input to a file and upload that, or use --protocol if you know better.");
        }
        var endpoint = IsPlaceToCreate(traits) ? new Uri(request.Url, FilesPath) : request.Url;
        return await IetfCreation.CreateAsync(control, request, endpoint, length, traits.MostAppend, cancellation);
    }

    /// <summary>What the parts of an earlier process have, asked all at once.</summary>
    private async Task<RangeSet> HeldAsync(IReadOnlyList<UploadPart> parts, CancellationToken cancellation)
    {
        var held = new RangeSet();
        var answers = await Task.WhenAll(parts.Select(p => control.SendAsync("HEAD", p.Url, [new("Tus-Resumable", "1.0.0")], null, cancellation)));
        for (var i = 0; i < parts.Count; i++)
        {
            if (answers[i].Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                throw Refusals.Of(410, "");
            if (!answers[i].IsSuccess || !long.TryParse(answers[i].Field("Upload-Offset"), out var offset) || offset < 0 || offset > parts[i].Range.Length)
                throw Refusals.Of((int)answers[i].Status, answers[i].Body);
            held.Add(parts[i].Range with { End = parts[i].Range.Start + offset });
        }
        return held;
    }

    /// <summary>The URL is the server itself, and not the address of one upload.</summary>
    private bool IsPlaceToCreate(ServerTraits traits)
    {
        var path = request.Url.AbsolutePath.TrimEnd('/');
        return traits.IsOurs && request.Url.Query.Length == 0 && !request.Url.AbsolutePath.StartsWith(UploadsPath, StringComparison.Ordinal)
            && (path.Length == 0 || path == traits.BasePath.TrimEnd('/') || path == FilesPath.TrimEnd('/'));
    }

    private static long Known(long? length) => length
        ?? throw new UploadFailedException(UploadFailure.Usage, "Standard input has no known length: it goes by tus or the IETF draft only. Write it to a file, or leave --protocol out.");
}
