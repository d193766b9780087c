using System.Buffers.Text;
using System.Globalization;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>Signs slots as the XMPP servers do, and ours.</summary>
/// <param name="secrets">The first one signs.</param>
public sealed class SlotMinter(SlotSecrets secrets)
{
    /// <summary>Makes the query (without `?`) of a slot that lets its bearer upload one file.</summary>
    /// <param name="variant">Which signature.</param>
    /// <param name="path">Where the file will be.</param>
    /// <param name="length">The file's length in bytes; 0 or more.</param>
    /// <param name="contentType">What the upload's Content-Type header will be, verbatim; null if there will be none. v1 does not bind it.</param>
    /// <param name="expires">When the slot ends, to the second: needed for the expiring variant, not possible for the others.</param>
    public string Mint(SlotVariant variant, SlotPath path, long length, string? contentType = null, DateTimeOffset? expires = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Mint(variant, SlotOperation.Upload, path, length, contentType ?? SlotClaim.DefaultContentType, expires);
    }

    /// <summary>Makes the query (without `?`) that lets its bearer delete a file: of the token and expiring variants.</summary>
    public string MintDelete(SlotVariant variant, SlotPath path, DateTimeOffset? expires = null)
    {
        if (variant is not (SlotVariant.Token or SlotVariant.Expiring))
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "Only token and expiring slots exist for deletions.");
        return Mint(variant, SlotOperation.Delete, path, 0, "", expires);
    }

    private string Mint(SlotVariant variant, SlotOperation operation, SlotPath path, long length, string contentType, DateTimeOffset? expires)
    {
        if (variant == SlotVariant.Expiring != expires.HasValue)
            throw new ArgumentException("An expiring slot needs its end, and no other has one.", nameof(expires));
        // What a header cannot carry could shift the fields of the signed message.
        if (contentType.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            throw new ArgumentException("A content type has no control characters.", nameof(contentType));
        var end = expires?.ToUnixTimeSeconds() ?? 0;
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        var claim = new SlotClaim { Operation = operation, Path = path, Length = length, ContentType = contentType, Expires = end };
        Span<byte> mac = stackalloc byte[SlotClaim.MacBytes];
        var key = secrets.Keys[0];
        claim.Sign(variant, key, secrets.DeleteSecretFor(key), mac);
        return variant switch
        {
            SlotVariant.V1 => $"v={Convert.ToHexStringLower(mac)}",
            SlotVariant.V2 => $"v2={Convert.ToHexStringLower(mac)}",
            SlotVariant.Token => $"token={Convert.ToHexStringLower(mac)}",
            _ => string.Create(CultureInfo.InvariantCulture, $"exp={end}&sig={Base64Url.EncodeToString(mac)}"),
        };
    }
}
