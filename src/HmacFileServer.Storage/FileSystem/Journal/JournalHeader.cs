using System.Text.Json;
using System.Text.Json.Serialization;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.FileSystem.Journal;

/// <summary>The first part of a journal: the upload's record as JSON, and which beginning of the upload this is.</summary>
/// <param name="Id">32 hex digits; equal to the file's name.</param>
/// <param name="Created">UTC.</param>
/// <param name="Generation">0, and one more with every reset.</param>
internal sealed record JournalHeader(string Id, DateTimeOffset Created, uint Generation)
{
    public string[]? Slot { get; init; }

    public long? Length { get; init; }

    public required string ContentType { get; init; }

    public DateTimeOffset? FileExpires { get; init; }

    public Dictionary<string, string>? Properties { get; init; }

    /// <summary>When bytes had last arrived as this header was written (UTC).</summary>
    public DateTimeOffset LastActivity { get; init; }

    public static JournalHeader From(UploadRecord record, uint generation, DateTimeOffset lastActivity) =>
        new(record.Id.ToString(), record.Created, generation)
        {
            LastActivity = lastActivity,
            Slot = record.Slot is { } slot ? [.. slot.Segments] : null,
            Length = record.Length,
            ContentType = record.ContentType,
            FileExpires = record.FileExpires,
            Properties = record.Properties.Count > 0 ? new(record.Properties) : null,
        };

    /// <summary>The record that was written; null if it says what no writer of ours says.</summary>
    public UploadRecord? ToRecord()
    {
        if (!UploadId.TryParse(Id, out var id) || Length < 0 || ContentType is null)
            return null;
        var slot = Slot is null ? null : SlotPath.FromDecodedSegments(Slot);
        if (Slot is not null && slot is null)
            return null;
        return new UploadRecord(id, Created)
        {
            Slot = slot,
            Length = Length,
            ContentType = ContentType,
            FileExpires = FileExpires,
            Properties = Properties ?? [],
        };
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StorageJson.Default.JournalHeader);

    /// <summary>Null for anything that is not such JSON.</summary>
    public static JournalHeader? FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StorageJson.Default.JournalHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Generated (de)serialisers: no reflection, so that start-up with many journals is fast.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JournalHeader))]
[JsonSerializable(typeof(Publishing.FileDescription))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StorageJson : JsonSerializerContext;
