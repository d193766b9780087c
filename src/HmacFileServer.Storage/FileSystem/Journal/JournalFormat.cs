using System.Buffers.Binary;
using HmacFileServer.Core.Checksums;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.FileSystem.Journal;

/// <summary>
/// The bytes of a journal, as docs/journal.md has them: a frame with the header, then one record of 32 bytes for every commit.
/// A record's checksum begins with the header's and with the record's own place, so that a record of another journal, of an
/// earlier generation or from another offset is never taken for one.
/// </summary>
internal static class JournalFormat
{
    public const int RecordBytes = 32;

    private const uint CommitKind = 1;

    private static ReadOnlySpan<byte> Magic => "HFSJRNL1"u8;

    /// <summary>A journal without records. <paramref name="seed"/> is what its records' checksums begin with.</summary>
    public static byte[] WriteHeader(JournalHeader header, out uint seed)
    {
        var frame = Framing.Frame(Magic, header.ToJson());
        seed = SeedOf(frame);
        return frame;
    }

    /// <summary>Writes one commit as it stands at <paramref name="position"/> of the journal.</summary>
    /// <param name="record">32 bytes to fill.</param>
    /// <param name="range">The bytes committed.</param>
    /// <param name="at">When.</param>
    /// <param name="seed">From the header.</param>
    /// <param name="position">The record's offset in the journal.</param>
    public static void WriteRecord(Span<byte> record, ByteRange range, DateTimeOffset at, uint seed, long position)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, CommitKind);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], range.Start);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], range.End);
        BinaryPrimitives.WriteUInt32LittleEndian(record[24..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], ChecksumOf(record, seed, position));
    }

    /// <summary>Reads what can be proved; null if not even the header can.</summary>
    public static JournalContent? Read(ReadOnlySpan<byte> journal)
    {
        if (!Framing.TryRead(Magic, journal, out var json) || JournalHeader.FromJson(json) is not { } header || header.ToRecord() is not { } record)
            return null;
        var headerBytes = Framing.PrefixBytes + json.Length;
        var seed = SeedOf(journal[..headerBytes]);
        var received = new RangeSet();
        var lastActivity = header.LastActivity;
        long position = headerBytes;
        var count = 0;
        for (; position + RecordBytes <= journal.Length; position += RecordBytes, count++)
        {
            if (!TryReadRecord(journal.Slice((int)position, RecordBytes), seed, position, out var range, out var at))
                break;
            received.Add(range);
            lastActivity = at > lastActivity ? at : lastActivity;
        }
        return new JournalContent(record, header.Generation, received, lastActivity, seed, position, count, journal.Length - position);
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> record, uint seed, long position, out ByteRange range, out DateTimeOffset at)
    {
        range = new ByteRange(BinaryPrimitives.ReadInt64LittleEndian(record[8..]), BinaryPrimitives.ReadInt64LittleEndian(record[16..]));
        at = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(record[4..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(record[28..]) == ChecksumOf(record, seed, position)
            && BinaryPrimitives.ReadUInt32LittleEndian(record) == CommitKind
            && range.Start >= 0 && range.End >= range.Start;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> record, uint seed, long position)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(place, position);
        return Crc32C.Append(Crc32C.Append(seed, place), record[..28]);
    }

    private static uint SeedOf(ReadOnlySpan<byte> frame) => Crc32C.Append(0, frame);
}

/// <summary>What a journal proves.</summary>
/// <param name="Record">From its header.</param>
/// <param name="Generation">How often the upload began again.</param>
/// <param name="Received">The union of its records.</param>
/// <param name="LastActivity">Of the newest record; to the second.</param>
/// <param name="Seed">Begins the checksum of every record to come.</param>
/// <param name="End">Where the next record goes: past the last good one.</param>
/// <param name="Records">How many good ones there are.</param>
/// <param name="Dropped">Bytes behind <paramref name="End"/> that prove nothing: a torn record, or everything from a damaged one on.</param>
internal sealed record JournalContent(
    UploadRecord Record, uint Generation, RangeSet Received, DateTimeOffset LastActivity, uint Seed, long End, int Records, long Dropped);
