using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Storage;

/// <summary>
/// The upload that a finished file came from, for a client that lost the answer to its last request and asks by the upload's id,
/// perhaps of another process. Two are equal if the id is: what was said at an upload's creation never changes.
/// </summary>
/// <param name="Id">The upload's name.</param>
/// <param name="Properties">What its protocol wants back verbatim; empty if that is long.</param>
public sealed record UploadOrigin(UploadId Id, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>In characters, all values together: what is longer is not kept, for the file is there and its name in its path.</summary>
    public const int MostPropertyChars = 512;

    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>What is kept of an upload once it is a file.</summary>
    public static UploadOrigin Of(UploadRecord record) =>
        new(record.Id, record.Properties.Sum(p => (long)p.Value.Length) <= MostPropertyChars ? record.Properties : Nothing);

    public bool Equals(UploadOrigin? other) => other is not null && Id == other.Id;

    public override int GetHashCode() => Id.GetHashCode();
}
