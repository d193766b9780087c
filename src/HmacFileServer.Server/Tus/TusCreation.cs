using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Tus;

/// <summary>What a creating POST says.</summary>
/// <param name="Length">The total length in bytes; null while deferred, and for an upload that is made of others.</param>
/// <param name="HasContent">True if it brings the first bytes (creation-with-upload).</param>
internal sealed record TusCreation(long? Length, bool HasContent)
{
    /// <summary>The file's name; null if the client said none.</summary>
    public string? FileName { get; private init; }

    /// <summary>The media type of the file; null if the client said none.</summary>
    public string? FileType { get; private init; }

    public Concatenation Concatenation { get; private init; } = Concatenation.None;

    /// <summary>What is wanted back verbatim.</summary>
    public Dictionary<string, string> Properties { get; private init; } = [];

    /// <summary>Reads the headers. MalformedHeader too for a length that is missing, said twice, or not allowed here.</summary>
    public static UploadErrorCode? Read(HttpRequest request, out TusCreation creation)
    {
        creation = new TusCreation(null, false);
        var hasContent = UnreadBody.IsThere(request);
        if (hasContent && !TusHeaders.IsContentTypeRight(request))
            return UploadErrorCode.ContentTypeUnsupported;
        var properties = new Dictionary<string, string>();
        var values = new Dictionary<string, byte[]>();
        if (request.Headers[TusHeaders.Metadata] is [{ Length: > 0 } metadata])
        {
            if (!UploadMetadata.TryParse(metadata, out values))
                return UploadErrorCode.MalformedHeader;
            properties[TusHeaders.Metadata] = metadata;
        }
        var concatenation = Concatenation.None;
        if (request.Headers[Concatenation.Property] is { Count: > 0 } said)
        {
            if (said is not [{ } text] || !Concatenation.TryParse(text, out concatenation))
                return UploadErrorCode.MalformedHeader;
            properties[Concatenation.Property] = text;
        }
        if (ReadLength(request, concatenation, out var length) is { } error)
            return error;
        if (concatenation.IsFinal && hasContent)
            return UploadErrorCode.Concatenated;
        var type = UploadMetadata.Text(values, "filetype") ?? UploadMetadata.Text(values, "contentType");
        creation = new TusCreation(length, hasContent)
        {
            FileName = UploadMetadata.Text(values, "filename") ?? UploadMetadata.Text(values, "name"),
            FileType = type ?? (TusHeaders.IsContentTypeRight(request) ? null : request.ContentType),
            Concatenation = concatenation,
            Properties = properties,
        };
        return null;
    }

    private static UploadErrorCode? ReadLength(HttpRequest request, Concatenation concatenation, out long? length)
    {
        length = null;
        var saysLength = request.Headers.ContainsKey(TusHeaders.Length);
        var defers = request.Headers[TusHeaders.DeferLength];
        if (defers.Count > 0 && defers is not ["1"])
            return UploadErrorCode.MalformedHeader;
        if (concatenation.IsFinal)
            return saysLength || defers.Count > 0 ? UploadErrorCode.MalformedHeader : null;
        if (saysLength == defers.Count > 0)
            return UploadErrorCode.MalformedHeader;
        if (!saysLength)
            return null;
        if (!TusHeaders.TryNumber(request, TusHeaders.Length, out var said))
            return UploadErrorCode.MalformedHeader;
        length = said;
        return null;
    }
}
