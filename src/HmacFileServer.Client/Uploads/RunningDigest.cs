using System.Globalization;
using System.Security.Cryptography;
using HmacFileServer.Core.Checksums;

namespace HmacFileServer.Client.Uploads;

/// <summary>The checksum of bytes as they are read, told as `crc32c:HEX` or `sha256:HEX`; the empty text for <see cref="UploadChecksum.None"/>.</summary>
internal sealed class RunningDigest(UploadChecksum kind) : IDisposable
{
    private const string SumPrefix = "crc32c:";
    private const string HashPrefix = "sha256:";

    private readonly IncrementalHash? _hash = kind == UploadChecksum.Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private uint _sum;

    /// <summary>Of all bytes so far.</summary>
    public string Current => kind switch
    {
        UploadChecksum.Crc32C => SumPrefix + _sum.ToString("x8", CultureInfo.InvariantCulture),
        UploadChecksum.Sha256 => HashPrefix + Convert.ToHexStringLower(_hash!.GetCurrentHash()),
        _ => "",
    };

    /// <summary>Which checksum a text is; <see cref="UploadChecksum.None"/> for none that is known.</summary>
    public static UploadChecksum KindOf(string? text) =>
        text is null ? UploadChecksum.None
        : text.StartsWith(SumPrefix, StringComparison.Ordinal) ? UploadChecksum.Crc32C
        : text.StartsWith(HashPrefix, StringComparison.Ordinal) ? UploadChecksum.Sha256
        : UploadChecksum.None;

    /// <summary>The hex of a text of the two known kinds.</summary>
    public static string Hex(string text) => text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (kind == UploadChecksum.Crc32C)
            _sum = Crc32C.Append(_sum, bytes);
        else
            _hash?.AppendData(bytes);
    }

    public void Dispose() => _hash?.Dispose();
}
