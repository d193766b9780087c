using System.Globalization;
using System.Text.Json;

namespace HmacFileServer.Server.BearerTokens;

/// <summary>What a token says, each claim of the type that it must have. Claims that are not known are left out.</summary>
/// <param name="Subject">`sub`: for whom it was made, a bare JID.</param>
/// <param name="IssuedAt">`iat`.</param>
/// <param name="Expires">`exp`: the end of the token, not of the file.</param>
internal sealed record JwtClaims(string Subject, DateTimeOffset IssuedAt, DateTimeOffset Expires)
{
    private const long LastSecond = 253_402_300_799; // of the year 9999, the last that a date can be in

    /// <summary>`nbf`; null if it is not said.</summary>
    public DateTimeOffset? NotBefore { get; private init; }

    /// <summary>`slot`: the first segment of the file's path.</summary>
    public string? Slot { get; private init; }

    /// <summary>`filename`: the second segment.</summary>
    public string? FileName { get; private init; }

    /// <summary>`filesize`, in bytes.</summary>
    public long? FileSize { get; private init; }

    /// <summary>`filetype`: the media type.</summary>
    public string? FileType { get; private init; }

    /// <summary>`expires`: when the file shall be deleted; null for never.</summary>
    public DateTimeOffset? FileExpires { get; private init; }

    /// <summary>`scope`: words separated by spaces (RFC 8693 §4.2).</summary>
    public string? Scope { get; private init; }

    /// <summary>Reads a payload; null if it is no object, says a claim twice, lacks `sub`, `iat` or `exp`, or has a claim of the wrong type.</summary>
    public static JwtClaims? Read(ReadOnlyMemory<byte> json)
    {
        using var payload = StrictJson.TryParse(json);
        if (payload is null)
            return null;
        var root = payload.RootElement;
        if (!TryText(root, "sub", out var subject) || string.IsNullOrEmpty(subject)
            || !TryTime(root, "iat", out var issued) || issued is null
            || !TryTime(root, "exp", out var expires) || expires is null
            || !TryTime(root, "nbf", out var notBefore)
            || !TryTime(root, "expires", out var fileExpires)
            || !TryText(root, "slot", out var slot) || !TryText(root, "filename", out var fileName) || !TryText(root, "filetype", out var fileType)
            || !TryText(root, "scope", out var scope)
            || !TryWhole(root, "filesize", out var fileSize))
        {
            return null;
        }
        return new JwtClaims(subject, issued.Value, expires.Value)
        {
            NotBefore = notBefore,
            Slot = slot,
            FileName = fileName,
            FileSize = fileSize,
            FileType = fileType,
            FileExpires = fileExpires,
            Scope = scope,
        };
    }

    private static bool TryText(JsonElement root, string name, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }

    /// <summary>A NumericDate (RFC 7519 §2): seconds, perhaps with a fraction, which is cut off.</summary>
    private static bool TryTime(JsonElement root, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!root.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.Number || !TryNumber(value, out var seconds) || seconds < 0 || seconds > LastSecond)
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    private static bool TryWhole(JsonElement root, string name, out long? number)
    {
        number = null;
        if (!root.TryGetProperty(name, out var value))
            return true;
        // Lua writes large whole numbers as 1e+15.
        if (value.ValueKind != JsonValueKind.Number || !TryNumber(value, out var exact) || exact < 0 || exact > long.MaxValue || exact != decimal.Truncate(exact))
            return false;
        number = (long)exact;
        return true;
    }

    private static bool TryNumber(JsonElement value, out decimal number) =>
        decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
