using System.Text.Json;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Storage.FileSystem.Journal;

namespace HmacFileServer.Storage.FileSystem.Publishing;

/// <summary>
/// All that is known of a finished file and is not in its bytes, as it lies beside the index: from it the index is made again.
/// While a file is being published the same text is the intent in the staging folder.
/// </summary>
internal sealed record FileDescription(string[] Slot, long Length, string Sha256, string ContentType, DateTimeOffset Created)
{
    private static ReadOnlySpan<byte> Magic => "HFSFILE1"u8;

    public DateTimeOffset? Expires { get; init; }

    /// <summary>The upload's id, 32 hex digits; null if the file was no upload, or was one of a version that did not keep it.</summary>
    public string? Upload { get; init; }

    public Dictionary<string, string>? Properties { get; init; }

    public static byte[] Write(StoredFile file) =>
        Framing.Frame(Magic, JsonSerializer.SerializeToUtf8Bytes(
            new FileDescription([.. file.Slot.Segments], file.Length, file.Sha256, file.ContentType, file.Created)
            {
                Expires = file.Expires,
                Upload = file.Origin?.Id.ToString(),
                Properties = file.Origin is { Properties: { Count: > 0 } properties } ? new(properties) : null,
            },
            StorageJson.Default.FileDescription));

    /// <summary>Null for anything that is not a whole, undamaged description.</summary>
    public static StoredFile? Read(ReadOnlySpan<byte> bytes)
    {
        if (!Framing.TryRead(Magic, bytes, out var json))
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, StorageJson.Default.FileDescription) is { Slot: not null, Sha256: not null, ContentType: not null } d
                && SlotPath.FromDecodedSegments(d.Slot) is { } slot
                ? new StoredFile(slot, d.Length, d.Sha256, d.ContentType, d.Created, d.Expires)
                {
                    Origin = UploadId.TryParse(d.Upload, out var id) ? new UploadOrigin(id, d.Properties ?? []) : null,
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
