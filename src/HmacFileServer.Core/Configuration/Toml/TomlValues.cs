namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Reads one value; arrays and inline tables hold further ones.</summary>
internal static class TomlValues
{
    /// <param name="cursor">At the value's first character.</param>
    /// <param name="depth">How deep the value lies; the root table is 0.</param>
    public static TomlNode Read(TomlCursor cursor, int depth)
    {
        var position = cursor.Position;
        switch (cursor.Peek())
        {
            case '"' or '\'':
                return new TomlString(position, TomlStrings.Read(cursor));
            case '[':
                RefuseTooDeep(cursor, depth);
                return ReadArray(cursor, position, depth);
            case '{':
                RefuseTooDeep(cursor, depth);
                return ReadInlineTable(cursor, position, depth);
            default:
                return ReadScalar(cursor, position);
        }
    }

    private static void RefuseTooDeep(TomlCursor cursor, int depth)
    {
        if (depth > TomlLimits.Depth)
            throw cursor.Error(TomlLimits.TooDeep);
    }

    private static TomlArray ReadArray(TomlCursor cursor, TomlPosition position, int depth)
    {
        var array = new TomlArray(position, depth, ofTables: false);
        cursor.Advance();
        while (true)
        {
            cursor.SkipBlanksAndLines();
            if (cursor.Peek() == ']')
                break;
            RefuseEnd(cursor, position, "Array without an end: close it with ].");
            array.Add(Read(cursor, depth + 1));
            cursor.SkipBlanksAndLines();
            if (cursor.Peek() == ',')
                cursor.Advance();
            else if (cursor.Peek() != ']')
                throw cursor.Peek() == TomlCursor.End ? cursor.Error(position, "Array without an end: close it with ].") : cursor.Error("After a value of an array comes , or ].");
        }
        cursor.Advance();
        return array;
    }

    private static TomlTable ReadInlineTable(TomlCursor cursor, TomlPosition position, int depth)
    {
        var table = new TomlTable(position, depth, TomlTableOrigin.Inline);
        var parts = new List<TomlKeyPart>();
        cursor.Advance();
        cursor.SkipBlanks();
        while (cursor.Peek() != '}')
        {
            RefuseEnd(cursor, position, "Inline table without an end: close it with }.");
            if (cursor.SeesLineEnd || cursor.Peek() == '#')
                throw cursor.Error("An inline table must stay on one line, without comments: use a [section] for a longer one.");
            TomlTables.AddKeyAndValue(cursor, table, parts);
            cursor.SkipBlanks();
            if (cursor.Peek() == ',')
            {
                cursor.Advance();
                cursor.SkipBlanks();
                if (cursor.Peek() == '}')
                    throw cursor.Error("An inline table has no comma after its last value: remove it.");
            }
            else if (cursor.Peek() != '}')
            {
                throw cursor.Error("After a value of an inline table comes , or } on the same line.");
            }
        }
        cursor.Advance();
        return table;
    }

    private static void RefuseEnd(TomlCursor cursor, TomlPosition start, string problem)
    {
        if (cursor.Peek() == TomlCursor.End)
            throw cursor.Error(start, problem);
    }

    private static TomlNode ReadScalar(TomlCursor cursor, TomlPosition position)
    {
        var from = cursor.Index;
        SkipToken(cursor);
        // A date may have its time after one space. Nothing else may have a digit there.
        if (TomlDateTimes.StartsDate(Token(cursor, from)) && cursor.Peek() == ' ' && cursor.Peek(1) is >= '0' and <= '9')
        {
            cursor.Advance();
            SkipToken(cursor);
        }
        var token = Token(cursor, from);
        switch (token)
        {
            case "true":
                return new TomlBoolean(position, true);
            case "false":
                return new TomlBoolean(position, false);
            case "":
                throw cursor.Error(position, "A value is missing here: write a string in quotes, a number, true, false, an array or a table.");
        }
        if (TomlDateTimes.StartsDate(token) || TomlDateTimes.StartsTime(token))
            return TomlDateTimes.Read(cursor, position, token);
        if (char.IsAsciiDigit(token[0]) || token[0] is '+' or '-' or '.' or '_' || token is "inf" or "nan")
            return TomlNumbers.Read(cursor, position, token);
        throw cursor.Error(position, "This is not a value: text needs quotes (\"...\"), and true and false are lower case.");
    }

    private static ReadOnlySpan<char> Token(TomlCursor cursor, int from) => cursor.Text.AsSpan(from, cursor.Index - from);

    private static void SkipToken(TomlCursor cursor)
    {
        while (TomlKeys.IsBare(cursor.Peek()) || cursor.Peek() is '+' or '.' or ':')
            cursor.Advance();
    }
}
