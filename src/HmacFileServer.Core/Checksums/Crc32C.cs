using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace HmacFileServer.Core.Checksums;

/// <summary>
/// CRC-32C (RFC 9260 appendix B; `crc32c` of RFC 9530), inverted at both ends so that zeros count. It finds damage, not forgery.
/// </summary>
/// <remarks>
/// The processor's instruction gives its result after three cycles and can be begun in each: three pieces that stand side by side are computed
/// together, and their sums put together by moving the earlier ones on across the later ones' length.
/// </remarks>
public static class Crc32C
{
    /// <summary>Bytes of each of the three pieces: long enough that putting them together does not show, short enough for the nearest cache.</summary>
    private const int Lane = 4096;

    /// <summary>What four bytes of a sum become when <see cref="Lane"/> zeros follow: one table for each byte.</summary>
    private static readonly uint[] Moved = MakeMoved();

    /// <summary>Goes on with a checksum.</summary>
    /// <param name="checksum">Of what came before; 0 at the beginning.</param>
    /// <param name="bytes">What comes next, of any length.</param>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        while (bytes.Length >= 3 * Lane)
        {
            crc = Three(crc, bytes);
            bytes = bytes[(3 * Lane)..];
        }
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, LittleEndian(word));
        foreach (var b in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    private static uint Three(uint crc, ReadOnlySpan<byte> bytes)
    {
        var first = MemoryMarshal.Cast<byte, ulong>(bytes[..Lane]);
        var second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(Lane, Lane))[..first.Length];
        var third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * Lane, Lane))[..first.Length];
        uint next = 0, last = 0;
        for (var i = 0; i < first.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, LittleEndian(first[i]));
            next = BitOperations.Crc32C(next, LittleEndian(second[i]));
            last = BitOperations.Crc32C(last, LittleEndian(third[i]));
        }
        return Move(Move(crc) ^ next) ^ last;
    }

    private static uint Move(uint crc) =>
        Moved[(byte)crc] ^ Moved[256 + (byte)(crc >> 8)] ^ Moved[512 + (byte)(crc >> 16)] ^ Moved[768 + (crc >> 24)];

    /// <summary>Zeros move each bit of a sum by itself, and the results add up: 32 bits are moved, and every byte is some of them.</summary>
    private static uint[] MakeMoved()
    {
        var table = new uint[4 * 256];
        for (var bit = 0; bit < 32; bit++)
        {
            var crc = 1u << bit;
            for (var i = 0; i < Lane / sizeof(ulong); i++)
                crc = BitOperations.Crc32C(crc, 0ul);
            var start = bit / 8 * 256;
            for (var value = 0; value < 256; value++)
            {
                if ((value >> (bit % 8) & 1) != 0)
                    table[start + value] ^= crc;
            }
        }
        return table;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
