using System.Text;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>The entry point for bytes: UTF-8 and nothing else.</summary>
public sealed class TomlEncodingTests
{
    public static TheoryData<byte[], int, int> NotUtf8 => new()
    {
        { [0x80], 1, 1 }, // a continuation byte alone
        { [(byte)'#', 0xC3], 1, 2 }, // cut short at the end
        { [(byte)'#', 0xC3, (byte)'\n'], 1, 2 }, // cut short in the middle
        { [(byte)'#', 0xC3, 0xA9, (byte)'\n', (byte)'#', 0xC0, 0x80], 2, 2 }, // overlong NUL
        { [(byte)'#', 0xE0, 0x80, 0x80], 1, 2 }, // overlong, three bytes
        { [(byte)'#', 0xED, 0xA0, 0x80], 1, 2 }, // a surrogate
        { [(byte)'#', 0xF4, 0x90, 0x80, 0x80], 1, 2 }, // above U+10FFFF
        { [(byte)'#', 0xF5], 1, 2 },
        { [(byte)'#', 0xFF], 1, 2 },
        { [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'=', (byte)'\'', 0xE9, (byte)'\''], 1, 4 }, // Latin-1 é after a byte order mark
        { [0xFF, 0xFE, (byte)'a', 0], 1, 1 }, // UTF-16, little-endian
        { [0xFE, 0xFF, 0, (byte)'a'], 1, 1 }, // UTF-16, big-endian
        { [(byte)'a', 0, (byte)'=', 0], 1, 2 }, // UTF-16 without its mark: U+0000 after the key
        { [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF], 1, 1 }, // only one byte order mark
    };

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public void Bytes_that_are_not_UTF8_are_refused_at_their_place(byte[] bytes, int line, int column)
    {
        var error = Assert.Throws<TomlException>(() => TomlReader.Read(bytes, "t.toml"));
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void Bytes_read_like_their_text()
    {
        Assert.Equal("{é=\"☃😀\"}", TomlPrint.Print(TomlReader.Read("\"é\" = '☃😀'"u8, "t").Root).Replace("\"é\"=", "é=", StringComparison.Ordinal));
        Assert.Equal("{a=1}", TomlPrint.Print(TomlReader.Read([0xEF, 0xBB, 0xBF, (byte)'a', (byte)'=', (byte)'1'], "t").Root));
        Assert.Equal("{}", TomlPrint.Print(TomlReader.Read(ReadOnlySpan<byte>.Empty, "t").Root));
    }

    [Fact]
    public void A_byte_order_mark_takes_no_column()
    {
        var document = TomlReader.Read(Encoding.UTF8.GetPreamble().Concat("a=1"u8.ToArray()).ToArray(), "t");
        Assert.Equal(new TomlPosition(1, 1), document.Root.Entries[0].KeyPosition);
    }

    [Fact]
    public void A_lone_surrogate_in_text_is_refused()
    {
        // Not as theory data: attributes are stored as UTF-8, which cannot hold them.
        (string Text, int Column)[] cases = [("a = '\uD800'", 6), ("a = '\uDC00\uD800'", 6), ("# \uD83D", 3), ("'😀' = '\uDE00'", 8)];
        foreach (var (text, column) in cases)
        {
            var error = Assert.Throws<TomlException>(() => TomlReader.Read(text, "t"));
            Assert.Equal((1, column), (error.Line, error.Column));
        }
    }
}
