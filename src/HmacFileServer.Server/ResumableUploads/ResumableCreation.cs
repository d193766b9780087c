using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>What a creating request says.</summary>
/// <param name="IsComplete">True if its content is the whole file.</param>
/// <param name="Length">The file's length in bytes; null if it is not known yet.</param>
internal sealed record ResumableCreation(bool IsComplete, long? Length)
{
    /// <summary>What is kept with the upload.</summary>
    public Dictionary<string, string> Properties { get; private init; } = [];

    /// <summary>What the finished file must have; empty if the request does not say.</summary>
    public IReadOnlyList<ExpectedChecksum> Digests { get; private init; } = [];

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
        if (DigestFields.Read(request.Headers[DigestFields.Representation], out var digests) is { } malformed)
            return malformed;
        creation = new ResumableCreation(isComplete, length) { Digests = digests };
        if (digests.Count > 0)
            creation.Properties[FileDigests.Property] = FileDigests.Format(digests);
        return null;
    }
}
