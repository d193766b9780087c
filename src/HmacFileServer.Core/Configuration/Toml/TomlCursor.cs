namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>
/// Walks over the characters of a document and counts lines and columns as it goes, so that no place is ever looked up
/// again (a lookup per value would be quadratic on one long line). Knows white space, comments and line ends.
/// </summary>
internal sealed class TomlCursor(string fileName, string text)
{
    /// <summary>What <see cref="Peek"/> gives beyond the last character.</summary>
    public const int End = -1;

    private int _line = 1;
    private int _column = 1;

    public string Text { get; } = text;

    public int Index { get; private set; }

    public TomlPosition Position => new(_line, _column);

    public int Peek(int ahead = 0) => Index + ahead < Text.Length ? Text[Index + ahead] : End;

    /// <summary>True if the text goes on with these characters.</summary>
    public bool Sees(string characters) => Text.AsSpan(Index).StartsWith(characters, StringComparison.Ordinal);

    /// <summary>True at LF, CRLF, a lone CR, or the end. A lone CR is then refused by <see cref="SkipLineEnd"/>.</summary>
    public bool SeesLineEnd => Peek() is '\n' or '\r' or End;

    public void Advance(int count = 1)
    {
        for (; count > 0; count--)
        {
            var c = Text[Index++];
            if (c == '\n')
            {
                _line++;
                _column = 1;
            }
            else if (!char.IsLowSurrogate(c))
            {
                _column++;
            }
        }
    }

    public void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            Advance();
    }

    /// <summary>Steps over LF or CRLF, or does nothing at the end of the text.</summary>
    public void SkipLineEnd()
    {
        if (Peek() == '\r')
        {
            if (Peek(1) != '\n')
                throw Error("Carriage return without a line feed: save the file with LF or CRLF line ends.");
            Advance();
        }
        if (Peek() == '\n')
            Advance();
    }

    /// <summary>Steps over a comment up to its line end, if there is one here.</summary>
    public void SkipComment()
    {
        if (Peek() != '#')
            return;
        while (!SeesLineEnd)
        {
            RefuseControlCharacter("a comment");
            Advance();
        }
    }

    /// <summary>Steps over blanks, line ends and comments, as between the values of an array.</summary>
    public void SkipBlanksAndLines()
    {
        while (true)
        {
            SkipBlanks();
            SkipComment();
            if (Peek() == End || !SeesLineEnd)
                return;
            SkipLineEnd();
        }
    }

    /// <summary>Refuses what TOML allows nowhere but as an escape: U+0000 to U+001F but tab, and U+007F.</summary>
    public void RefuseControlCharacter(string where)
    {
        var c = Peek();
        if (c is (>= 0 and < ' ' and not '\t') or 0x7F)
            throw Error($"Control character U+{c:X4} in {where}: remove it, or write \\u{c:X4} in a \"...\" string.");
    }

    public TomlException Error(string problem) => Error(Position, problem);

    public TomlException Error(TomlPosition position, string problem) => new(fileName, position, problem);
}
