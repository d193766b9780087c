namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>
/// Reads TOML 1.0 (https://toml.io/en/v1.0.0), strictly, in time linear in the length of the text. Whatever the input,
/// the answer is a document or a <see cref="TomlException"/>.
/// </summary>
public static class TomlReader
{
    /// <summary>Reads a document as it lies in a file: UTF-8, with or without a byte order mark.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="fileName">How messages name the file.</param>
    /// <exception cref="TomlException">The bytes are not UTF-8, or not TOML 1.0.</exception>
    public static TomlDocument Read(ReadOnlySpan<byte> utf8, string fileName) => Read(TomlEncoding.Decode(utf8, fileName), fileName);

    /// <summary>Reads a document from text; a byte order mark at its start is stepped over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">How messages name the text.</param>
    /// <exception cref="TomlException">The text has a lone surrogate, or is not TOML 1.0.</exception>
    public static TomlDocument Read(string text, string fileName)
    {
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        TomlEncoding.RefuseLoneSurrogates(text, fileName);
        var cursor = new TomlCursor(fileName, text);
        var root = new TomlTable(cursor.Position, 0, TomlTableOrigin.Header);
        var section = root;
        var parts = new List<TomlKeyPart>();
        while (true)
        {
            cursor.SkipBlanksAndLines();
            if (cursor.Peek() == TomlCursor.End)
                return new TomlDocument(fileName, root);
            if (cursor.Peek() == '[')
                section = ReadHeader(cursor, root, parts);
            else
                TomlTables.AddKeyAndValue(cursor, section, parts);
            cursor.SkipBlanks();
            cursor.SkipComment();
            if (!cursor.SeesLineEnd)
                throw cursor.Error("Nothing but a comment may follow on this line: begin a new line, or put the whole value into quotes.");
        }
    }

    private static TomlTable ReadHeader(TomlCursor cursor, TomlTable root, List<TomlKeyPart> parts)
    {
        var isArray = cursor.Sees("[[");
        cursor.Advance(isArray ? 2 : 1);
        TomlKeys.Read(cursor, parts);
        if (!cursor.Sees(isArray ? "]]" : "]"))
            throw cursor.Error(isArray ? "A [[header]] ends with ]] on the same line." : "A [header] ends with ] on the same line.");
        cursor.Advance(isArray ? 2 : 1);
        return isArray ? TomlTables.AppendTable(cursor, root, parts) : TomlTables.OpenTable(cursor, root, parts);
    }
}
