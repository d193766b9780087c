namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>One part of a key: `a` of `a.b`.</summary>
internal readonly record struct TomlKeyPart(string Name, TomlPosition Position);

/// <summary>Reads keys: bare, in quotes, and dotted.</summary>
internal static class TomlKeys
{
    /// <summary>Reads a key into <paramref name="parts"/>, which is emptied first, and the blanks after it.</summary>
    public static void Read(TomlCursor cursor, List<TomlKeyPart> parts)
    {
        parts.Clear();
        while (true)
        {
            cursor.SkipBlanks();
            var position = cursor.Position;
            parts.Add(new TomlKeyPart(ReadPart(cursor), position));
            cursor.SkipBlanks();
            if (cursor.Peek() != '.')
                return;
            // The depth of the tables is limited anyway; here the limit keeps the list of parts short.
            if (parts.Count > TomlLimits.Depth)
                throw cursor.Error(TomlLimits.TooDeep);
            cursor.Advance();
        }
    }

    /// <summary>True for the characters a bare key may have.</summary>
    public static bool IsBare(int c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' or '-';

    private static string ReadPart(TomlCursor cursor)
    {
        if (cursor.Peek() is '"' or '\'')
            return TomlStrings.ReadKey(cursor);
        var from = cursor.Index;
        while (IsBare(cursor.Peek()))
            cursor.Advance();
        if (cursor.Index == from)
            throw cursor.Error("A key is expected here: letters A to Z, digits, _ and -; put any other name into quotes.");
        return cursor.Text[from..cursor.Index];
    }
}
