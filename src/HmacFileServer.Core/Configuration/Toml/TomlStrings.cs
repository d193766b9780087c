using System.Text;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Reads the four kinds of string: `"basic"`, `'literal'`, and both over several lines.</summary>
internal static class TomlStrings
{
    private const string MultiLineBasic = "\"\"\"";
    private const string MultiLineLiteral = "'''";

    /// <summary>Reads the string whose opening quote stands here.</summary>
    public static string Read(TomlCursor cursor)
    {
        if (cursor.Sees(MultiLineBasic))
            return ReadMultiLine(cursor, '"');
        if (cursor.Sees(MultiLineLiteral))
            return ReadMultiLine(cursor, '\'');
        return ReadSingleLine(cursor);
    }

    /// <summary>Reads a key in quotes: keys have no multi-line kinds.</summary>
    public static string ReadKey(TomlCursor cursor)
    {
        if (cursor.Sees(MultiLineBasic) || cursor.Sees(MultiLineLiteral))
            throw cursor.Error("A key cannot be a multi-line string: put it into one pair of quotes.");
        return ReadSingleLine(cursor);
    }

    private static string ReadSingleLine(TomlCursor cursor)
    {
        var start = cursor.Position;
        var quote = (char)cursor.Peek();
        cursor.Advance();
        StringBuilder? resolved = null;
        var from = cursor.Index;
        while (cursor.Peek() != quote)
        {
            if (cursor.SeesLineEnd)
                throw cursor.Error(start, $"String without an end: close it with {quote} on the same line, or use {new string(quote, 3)} for several lines.");
            if (quote == '"' && cursor.Peek() == '\\')
            {
                resolved = (resolved ?? new StringBuilder()).Append(cursor.Text, from, cursor.Index - from);
                TomlEscapes.Read(cursor, resolved);
                from = cursor.Index;
                continue;
            }
            cursor.RefuseControlCharacter("a string");
            cursor.Advance();
        }
        var tail = cursor.Text.AsSpan(from, cursor.Index - from);
        cursor.Advance();
        return resolved is null ? tail.ToString() : resolved.Append(tail).ToString();
    }

    private static string ReadMultiLine(TomlCursor cursor, char quote)
    {
        var start = cursor.Position;
        cursor.Advance(3);
        if (cursor.Peek() is '\n' or '\r')
            cursor.SkipLineEnd(); // the line end right after the opening quotes belongs to the layout
        var result = new StringBuilder();
        var from = cursor.Index;
        while (true)
        {
            var c = cursor.Peek();
            if (c == TomlCursor.End)
                throw cursor.Error(start, $"Multi-line string without an end: close it with {new string(quote, 3)}.");
            if (c == quote)
            {
                if (TryReadEnd(cursor, quote, out var quotesInside))
                    return result.Append(cursor.Text, from, cursor.Index - 3 - from - quotesInside).Append(quote, quotesInside).ToString();
            }
            else if (c == '\\' && quote == '"')
            {
                result.Append(cursor.Text, from, cursor.Index - from);
                TomlEscapes.ReadMultiLine(cursor, result);
                from = cursor.Index;
            }
            else if (c is '\n' or '\r')
            {
                cursor.SkipLineEnd();
            }
            else
            {
                cursor.RefuseControlCharacter("a string");
                cursor.Advance();
            }
        }
    }

    /// <summary>Steps over a run of quotes: three to five end the string, and up to two of those belong to it.</summary>
    private static bool TryReadEnd(TomlCursor cursor, char quote, out int quotesInside)
    {
        var run = 0;
        while (run < 5 && cursor.Peek() == quote)
        {
            cursor.Advance();
            run++;
        }
        quotesInside = run - 3;
        return run >= 3;
    }
}
