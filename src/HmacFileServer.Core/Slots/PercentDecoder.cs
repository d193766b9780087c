using System.Text;
using System.Text.Unicode;

namespace HmacFileServer.Core.Slots;

/// <summary>Decodes percent-encoded UTF-8 (RFC 3986 §2.1) exactly once, and accepts nothing doubtful.</summary>
internal static class PercentDecoder
{
    /// <summary>
    /// Decodes <paramref name="encoded"/> with <paramref name="scratch"/> as room, which must be at least as long. On a fault the text is empty.
    /// </summary>
    public static RequestTargetFault Decode(ReadOnlySpan<byte> encoded, Span<byte> scratch, out string text)
    {
        text = "";
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == '%')
            {
                if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit((char)encoded[i + 1]) || !char.IsAsciiHexDigit((char)encoded[i + 2]))
                    return RequestTargetFault.MalformedEscape;
                value = (byte)((Digit(encoded[i + 1]) << 4) | Digit(encoded[i + 2]));
                i += 2;
            }
            else if (value is (byte)' ' or (byte)'#' or > 0x7f)
            {
                return RequestTargetFault.UnescapedCharacter;
            }
            if (value is < 0x20 or 0x7f)
                return RequestTargetFault.ControlCharacter;
            scratch[length++] = value;
        }
        var decoded = scratch[..length];
        if (!Utf8.IsValid(decoded))
            return RequestTargetFault.InvalidUtf8;
        if (HasC1Control(decoded))
            return RequestTargetFault.ControlCharacter;
        text = Encoding.UTF8.GetString(decoded);
        return RequestTargetFault.None;
    }

    // In valid UTF-8, U+0080 to U+009F are C2 80 to C2 9F, and C2 is never anything but a lead byte.
    private static bool HasC1Control(ReadOnlySpan<byte> utf8)
    {
        for (var at = utf8.IndexOf((byte)0xc2); at >= 0;)
        {
            if (utf8[at + 1] < 0xa0)
                return true;
            var next = utf8[(at + 2)..].IndexOf((byte)0xc2);
            at = next < 0 ? -1 : at + 2 + next;
        }
        return false;
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
