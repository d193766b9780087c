using System.Buffers.Binary;
using System.Security.Cryptography;
using HmacFileServer.Core.Checksums;

namespace HmacFileServer.Server.Uploads;

/// <summary>A checksum of bytes as they come. It finds damage on the way, not forgery; for that the file's SHA-256 is there.</summary>
internal sealed class RunningChecksum : IDisposable
{
    /// <summary>As tus names them (`Tus-Checksum-Algorithm`).</summary>
    public const string Names = "sha1,sha256,md5,crc32c";

    private readonly IncrementalHash? _hash; // null for CRC-32C
    private uint _crc;

    private RunningChecksum(IncrementalHash? hash) => _hash = hash;

    /// <summary>Begins one; null for an algorithm that is not known. Names are those of tus, and `sha512` for RFC 9530.</summary>
    public static RunningChecksum? TryCreate(string algorithm) => algorithm switch
    {
        "sha1" => new RunningChecksum(IncrementalHash.CreateHash(HashAlgorithmName.SHA1)),
        "sha256" => new RunningChecksum(IncrementalHash.CreateHash(HashAlgorithmName.SHA256)),
        "sha512" => new RunningChecksum(IncrementalHash.CreateHash(HashAlgorithmName.SHA512)),
        "md5" => new RunningChecksum(IncrementalHash.CreateHash(HashAlgorithmName.MD5)),
        "crc32c" => new RunningChecksum(null),
        _ => null,
    };

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_hash is not null)
        {
            _hash.AppendData(bytes);
            return;
        }
        _crc = Crc32C.Append(_crc, bytes);
    }

    /// <summary>Whether the bytes have this checksum (a CRC in network byte order); it starts over afterwards.</summary>
    public bool Matches(ReadOnlySpan<byte> expected)
    {
        Span<byte> actual = stackalloc byte[SHA512.HashSizeInBytes];
        int length;
        if (_hash is not null)
        {
            length = _hash.GetHashAndReset(actual);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(actual, _crc);
            _crc = 0;
            length = sizeof(uint);
        }
        return actual[..length].SequenceEqual(expected);
    }

    public void Dispose() => _hash?.Dispose();
}
