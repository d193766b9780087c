using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>What a request claims, for the verifier.</summary>
public readonly record struct SlotRequest
{
    /// <summary>Upload for every method but DELETE: a slot's signature also resumes and observes its upload.</summary>
    public SlotOperation Operation { get; init; }

    public required SlotPath Path { get; init; }

    /// <summary>The file's total length in bytes, never a segment's; ignored for a deletion.</summary>
    public long Length { get; init; }

    /// <summary>The Content-Type header verbatim; null if there was none. Ignored for a deletion.</summary>
    public string? ContentType { get; init; }

    public required QueryParameters Query { get; init; }

    public required DateTimeOffset Now { get; init; }
}

public enum SlotOutcome
{
    Accepted,

    /// <summary>The query has no token that could authorise this operation.</summary>
    MissingToken,

    /// <summary>The token is malformed, repeated, or for something else.</summary>
    WrongToken,

    /// <summary>The token was right and its time is over.</summary>
    Expired,
}

/// <summary>The verifier's answer.</summary>
/// <param name="Outcome">Whether the request is authorised.</param>
/// <param name="Variant">The variant that was judged; none if the token is missing.</param>
public readonly record struct SlotVerdict(SlotOutcome Outcome, SlotVariant Variant)
{
    public bool Accepted => Outcome == SlotOutcome.Accepted;

    /// <summary>The row of the error table; null if accepted.</summary>
    public UploadErrorCode? Error => Outcome switch
    {
        SlotOutcome.Accepted => null,
        SlotOutcome.MissingToken => UploadErrorCode.MissingToken,
        SlotOutcome.Expired => UploadErrorCode.ExpiredToken,
        _ => UploadErrorCode.WrongToken,
    };
}

/// <summary>Decides whether a request bears a slot's signature. Comparisons take the same time wherever the MACs differ.</summary>
public static class SlotVerifier
{
    private const int Base64UrlMacChars = 43; // ceil(32 * 8 / 6), without padding

    public static SlotVerdict Verify(in SlotRequest request, SlotSecrets secrets)
    {
        var variant = Select(request.Query, request.Operation);
        if (variant == SlotVariant.None)
            return new SlotVerdict(SlotOutcome.MissingToken, variant);
        Span<byte> presented = stackalloc byte[SlotClaim.MacBytes];
        if (!TryReadToken(request.Query, variant, presented, out var expires))
            return new SlotVerdict(SlotOutcome.WrongToken, variant);
        var deletion = request.Operation == SlotOperation.Delete;
        var claim = new SlotClaim
        {
            Operation = request.Operation,
            Path = request.Path,
            Length = deletion ? 0 : request.Length,
            ContentType = deletion ? "" : request.ContentType ?? SlotClaim.DefaultContentType,
            Expires = expires,
        };
        if (!MatchesAny(claim, variant, secrets, presented))
            return new SlotVerdict(SlotOutcome.WrongToken, variant);
        // After the MAC, so that nobody without the secret learns anything from the difference.
        var expired = variant == SlotVariant.Expiring && request.Now.ToUnixTimeSeconds() >= expires;
        return new SlotVerdict(expired ? SlotOutcome.Expired : SlotOutcome.Accepted, variant);
    }

    /// <summary>The variant that counts: the strongest that the query carries and that exists for the operation.</summary>
    public static SlotVariant Select(QueryParameters query, SlotOperation operation)
    {
        if (query.Has("sig"))
            return SlotVariant.Expiring;
        if (operation == SlotOperation.Upload && query.Has("v2"))
            return SlotVariant.V2;
        if (query.Has("token"))
            return SlotVariant.Token;
        return operation == SlotOperation.Upload && query.Has("v") ? SlotVariant.V1 : SlotVariant.None;
    }

    private static bool TryReadToken(QueryParameters query, SlotVariant variant, Span<byte> mac, out long expires)
    {
        expires = 0;
        if (variant == SlotVariant.Expiring)
        {
            return query.Find("sig", out var sig) == QueryPresence.Once && query.Find("exp", out var exp) == QueryPresence.Once
                && long.TryParse(exp, NumberStyles.None, CultureInfo.InvariantCulture, out expires)
                && sig.Length == Base64UrlMacChars
                && Base64Url.DecodeFromChars(sig, mac, out _, out var decoded) == OperationStatus.Done && decoded == mac.Length;
        }
        var name = variant switch { SlotVariant.V1 => "v", SlotVariant.V2 => "v2", _ => "token" };
        return query.Find(name, out var hex) == QueryPresence.Once && hex.Length == mac.Length * 2
            && Convert.FromHexString(hex, mac, out _, out var written) == OperationStatus.Done && written == mac.Length;
    }

    private static bool MatchesAny(scoped SlotClaim claim, SlotVariant variant, SlotSecrets secrets, ReadOnlySpan<byte> presented)
    {
        Span<byte> expected = stackalloc byte[SlotClaim.MacBytes];
        var matches = false;
        foreach (var key in secrets.Keys)
        {
            claim.Sign(variant, key, secrets.DeleteSecretFor(key), expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, presented);
        }
        return matches;
    }
}
