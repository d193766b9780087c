using System.Globalization;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Reads integers and floats from one token. Problems do not quote the token: it may be a secret without its quotes.</summary>
internal static class TomlNumbers
{
    private const string NotANumber =
        "This is not a number: digits with single _ between them and no leading zeros (42, 1_000, 0xff, 0o17, 0b11, 3.5, 1e9, inf, nan); text needs quotes.";

    private const string OutOfRange = "This integer is out of range: TOML integers have 64 bits (-9223372036854775808 to 9223372036854775807).";

    public static TomlNode Read(TomlCursor cursor, TomlPosition position, ReadOnlySpan<char> token)
    {
        if (token is ['0', 'x' or 'o' or 'b', ..])
            return new TomlInteger(position, ReadPrefixed(cursor, position, token));

        var unsigned = token is ['+' or '-', ..] ? token[1..] : token;
        var negative = token[0] == '-';
        if (unsigned is "inf")
            return new TomlFloat(position, negative ? double.NegativeInfinity : double.PositiveInfinity);
        if (unsigned is "nan")
            return new TomlFloat(position, double.NaN);

        var integerPart = CountDigits(unsigned);
        if (integerPart == 0 || (unsigned[0] == '0' && integerPart > 1))
            throw cursor.Error(position, NotANumber);
        if (integerPart == unsigned.Length)
        {
            return long.TryParse(WithoutUnderscores(token), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? new TomlInteger(position, integer)
                : throw cursor.Error(position, OutOfRange);
        }
        if (!IsFractionAndExponent(unsigned[integerPart..]))
            throw cursor.Error(position, NotANumber);
        var value = double.Parse(WithoutUnderscores(token), NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new TomlFloat(position, value)
            : throw cursor.Error(position, "This float is larger than 64 bits can hold: write a smaller one, or inf.");
    }

    private static long ReadPrefixed(TomlCursor cursor, TomlPosition position, ReadOnlySpan<char> token)
    {
        var bits = token[1] switch { 'x' => 4, 'o' => 3, _ => 1 };
        var digits = token[2..];
        if (CountDigits(digits, 1 << bits) != digits.Length || digits.IsEmpty)
            throw cursor.Error(position, NotANumber);
        var value = 0L;
        foreach (var c in digits)
        {
            if (c == '_')
                continue;
            if (value > long.MaxValue >> bits)
                throw cursor.Error(position, OutOfRange);
            value = (value << bits) | (uint)Digit(c);
        }
        return value;
    }

    /// <summary>`.digits`, an exponent, or both.</summary>
    private static bool IsFractionAndExponent(ReadOnlySpan<char> rest)
    {
        if (rest[0] == '.')
        {
            var fraction = CountDigits(rest[1..]);
            if (fraction == 0)
                return false;
            rest = rest[(1 + fraction)..];
            if (rest.IsEmpty)
                return true;
        }
        if (rest[0] is not ('e' or 'E'))
            return false;
        rest = rest[1..];
        if (rest is ['+' or '-', ..])
            rest = rest[1..];
        return !rest.IsEmpty && CountDigits(rest) == rest.Length;
    }

    /// <summary>The length of the digits at the start, single underscores between two of them included.</summary>
    private static int CountDigits(ReadOnlySpan<char> text, int radix = 10)
    {
        var i = 0;
        while (i < text.Length)
        {
            if (Digit(text[i]) < radix)
                i++;
            else if (text[i] == '_' && i > 0 && text[i - 1] != '_' && i + 1 < text.Length && Digit(text[i + 1]) < radix)
                i++;
            else
                break;
        }
        return i;
    }

    private static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : int.MaxValue;

    private static string WithoutUnderscores(ReadOnlySpan<char> token) => token.ToString().Replace("_", "", StringComparison.Ordinal);
}
