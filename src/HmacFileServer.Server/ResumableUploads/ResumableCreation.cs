using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>What a creating request says.</summary>
/// <param name="IsComplete">True if its content is the whole file.</param>
/// <param name="Length">The file's length in bytes; null if it is not known yet.</param>
internal sealed record ResumableCreation(bool IsComplete, long? Length)
{
    /// <summary>What is kept with the upload.</summary>
    public Dictionary<string, string> Properties { get; private init; } = [];

    /// <summary>Reads the headers. MalformedHeader, or LengthMismatch where they contradict each other.</summary>
    public static UploadErrorCode? Read(HttpRequest request, out ResumableCreation creation)
    {
        creation = new ResumableCreation(false, null);
        if (!StructuredField.TryBoolean(request.Headers[ResumableHeaders.Complete], out var isComplete))
            return UploadErrorCode.MalformedHeader;
        long? length = isComplete ? request.ContentLength : null;
        var said = request.Headers[ResumableHeaders.Length];
        if (said.Count > 0)
        {
            if (!StructuredField.TryInteger(said, out var value))
                return UploadErrorCode.MalformedHeader;
            if ((length ?? value) != value || request.ContentLength > value)
                return UploadErrorCode.LengthMismatch;
            length = value;
        }
        if (DigestFields.ReadRepresentation(request.Headers[DigestFields.Representation], out var sha256) is { } malformed)
            return malformed;
        creation = new ResumableCreation(isComplete, length);
        if (sha256 is not null)
            creation.Properties[Uploads.LiveUpload.DigestProperty] = sha256;
        return null;
    }
}
