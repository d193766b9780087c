using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>Items of structured fields (RFC 9651 §3.3): integers and booleans. Parameters are allowed, and none is known.</summary>
internal static class StructuredField
{
    private const int MostDigits = 15; // RFC 9651 §3.3.1

    /// <summary>Reads a non-negative integer; false if the field is missing, repeated or anything else.</summary>
    public static bool TryInteger(StringValues field, out long value)
    {
        value = 0;
        var item = Item(field);
        return item.Length is > 0 and <= MostDigits && long.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads `?0` or `?1`; false if the field is missing, repeated or anything else.</summary>
    public static bool TryBoolean(StringValues field, out bool value)
    {
        var item = Item(field);
        value = item is "?1";
        return item is "?1" or "?0";
    }

    private static ReadOnlySpan<char> Item(StringValues field)
    {
        if (field is not [{ } text])
            return default;
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? text : text[..semicolon]).AsSpan().Trim(' ');
    }
}
