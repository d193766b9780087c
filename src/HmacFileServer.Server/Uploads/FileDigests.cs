using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>What a finished file must have: kept with the upload, and compared before it is published.</summary>
internal static class FileDigests
{
    /// <summary>The property of an upload's record that says it, as `sha256=HEX,sha512=HEX`.</summary>
    public const string Property = "Repr-Digest";

    private const string Sha256 = "sha256";

    public static string Format(IReadOnlyList<ExpectedChecksum> digests) => string.Join(',', digests.Select(d => $"{d.Algorithm}={Convert.ToHexStringLower(d.Value)}"));

    /// <summary>Reads a property; hex alone is a SHA-256, as earlier versions wrote it.</summary>
    public static IReadOnlyList<ExpectedChecksum> Of(UploadRecord record) => record.Properties.GetValueOrDefault(Property) is { } text ? [.. text.Split(',').Select(Parse)] : [];

    /// <summary>True if the bytes have every one of these digests.</summary>
    /// <param name="expected">The digests.</param>
    /// <param name="sha256">The file's SHA-256, lower-case hex; for another algorithm the bytes are read once more.</param>
    /// <param name="staged">The bytes.</param>
    /// <param name="length">How many.</param>
    public static async ValueTask<bool> MatchAsync(IReadOnlyList<ExpectedChecksum> expected, string sha256, IStagedUpload staged, long length)
    {
        foreach (var (algorithm, value) in expected)
        {
            if (algorithm == Sha256)
            {
                if (Convert.ToHexStringLower(value) != sha256)
                    return false;
                continue;
            }
            using var running = RunningChecksum.TryCreate(algorithm) ?? throw new InvalidOperationException($"'{algorithm}' is no digest.");
            await BodyCheck.ReadBackAsync(staged, new ByteRange(0, length), running);
            if (!running.Matches(value))
                return false;
        }
        return true;
    }

    private static ExpectedChecksum Parse(string item)
    {
        var equals = item.IndexOf('=', StringComparison.Ordinal);
        return new ExpectedChecksum(equals < 0 ? Sha256 : item[..equals], Convert.FromHexString(item.AsSpan(equals + 1)));
    }
}
