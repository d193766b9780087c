using System.Globalization;
using System.Text;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Resolves what a backslash starts in `"..."` and `"""..."""` strings.</summary>
internal static class TomlEscapes
{
    /// <summary>Reads one escape whose backslash stands here.</summary>
    public static void Read(TomlCursor cursor, StringBuilder target)
    {
        var start = cursor.Position;
        var length = 2;
        switch (cursor.Peek(1))
        {
            case 'b': target.Append('\b'); break;
            case 't': target.Append('\t'); break;
            case 'n': target.Append('\n'); break;
            case 'f': target.Append('\f'); break;
            case 'r': target.Append('\r'); break;
            case '"': target.Append('"'); break;
            case '\\': target.Append('\\'); break;
            case 'u': AppendScalar(cursor, start, 4, target); length = 6; break;
            case 'U': AppendScalar(cursor, start, 8, target); length = 10; break;
            default:
                throw cursor.Error(start, @"Unknown escape: write \\ for a backslash, or use a '...' string, which has no escapes (known are \b \t \n \f \r \"" \\ \uXXXX \UXXXXXXXX).");
        }
        cursor.Advance(length);
    }

    /// <summary>As <see cref="Read"/>, and a backslash at the end of a line, which takes all white space up to the next character with it.</summary>
    public static void ReadMultiLine(TomlCursor cursor, StringBuilder target)
    {
        if (cursor.Peek(1) is not (' ' or '\t' or '\n' or '\r'))
        {
            Read(cursor, target);
            return;
        }
        var start = cursor.Position;
        cursor.Advance();
        cursor.SkipBlanks();
        if (cursor.Peek() is not ('\n' or '\r'))
            throw cursor.Error(start, @"A backslash before white space must end its line: write \\ for a backslash.");
        while (cursor.Peek() is ' ' or '\t' or '\n' or '\r')
        {
            cursor.SkipLineEnd();
            cursor.SkipBlanks();
        }
    }

    private static void AppendScalar(TomlCursor cursor, TomlPosition start, int digits, StringBuilder target)
    {
        var text = cursor.Text.AsSpan(cursor.Index + 2);
        if (text.Length < digits || !uint.TryParse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw cursor.Error(start, $"Unicode escape without {digits} hexadecimal digits: write \\{(digits == 4 ? "u00E9" : "U0001F600")}.");
        if (!Rune.IsValid(value))
            throw cursor.Error(start, $"U+{value:X4} is not a Unicode scalar value: surrogates (D800 to DFFF) and numbers above 10FFFF cannot be written.");
        target.Append(new Rune(value).ToString());
    }
}
