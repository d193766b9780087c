using System.Buffers.Binary;
using HmacFileServer.Core.Checksums;

namespace HmacFileServer.Storage.FileSystem;

/// <summary>
/// How everything of ours that must not be half there begins: 8 bytes of magic with the version, the payload's length (u32), its
/// CRC-32C (u32), both little-endian, then the payload. The CRC begins with the magic, so that one kind is never read as another.
/// </summary>
internal static class Framing
{
    public const int PrefixBytes = 16;

    /// <summary>No header or description of ours comes near; a larger length is damage. 1 MB.</summary>
    public const int MostPayloadBytes = 1 << 20;

    public static byte[] Frame(ReadOnlySpan<byte> magic, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MostPayloadBytes, nameof(payload));
        var frame = new byte[PrefixBytes + payload.Length];
        magic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12), Crc32C.Append(Crc32C.Append(0, magic), payload));
        payload.CopyTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>False unless the bytes begin with a whole, undamaged frame of this magic.</summary>
    public static bool TryRead(ReadOnlySpan<byte> magic, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < PrefixBytes || !bytes.StartsWith(magic))
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > MostPayloadBytes || length > bytes.Length - PrefixBytes)
            return false;
        payload = bytes.Slice(PrefixBytes, (int)length);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) == Crc32C.Append(Crc32C.Append(0, magic), payload);
    }
}
