using System.Buffers;
using System.Text;

namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>Refuses what is not Unicode text, before anything is read from it.</summary>
internal static class TomlEncoding
{
    /// <summary>The text of the bytes; a byte order mark stays its first character.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8, string fileName)
    {
        var position = new TomlPosition(1, 1);
        if (utf8 is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new TomlException(fileName, position, "This file is UTF-16: save it as UTF-8.");
        for (var rest = utf8 is [0xEF, 0xBB, 0xBF, ..] ? utf8[3..] : utf8; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var length) != OperationStatus.Done)
                throw new TomlException(fileName, position, $"Byte 0x{rest[0]:X2} is not UTF-8 here: save the file as UTF-8.");
            position = Step(position, rune);
            rest = rest[length..];
        }
        return Encoding.UTF8.GetString(utf8);
    }

    public static void RefuseLoneSurrogates(string text, string fileName)
    {
        var position = new TomlPosition(1, 1);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done)
                throw new TomlException(fileName, position, $"Lone surrogate U+{(int)rest[0]:X4}: it is no character; remove it.");
            position = Step(position, rune);
            rest = rest[length..];
        }
    }

    private static TomlPosition Step(TomlPosition position, Rune rune) =>
        rune.Value == '\n' ? new TomlPosition(position.Line + 1, 1) : position with { Column = position.Column + 1 };
}
