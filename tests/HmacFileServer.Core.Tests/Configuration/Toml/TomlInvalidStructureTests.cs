using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>What keys and headers may not do, with the place that the message names.</summary>
public sealed class TomlInvalidStructureTests
{
    public static TheoryData<string, int, int> Keys => new()
    {
        { "a", 1, 2 }, { "a\n=1", 1, 2 }, { "a =\n1", 1, 4 }, { "= 1", 1, 1 }, { "a b = 1", 1, 3 }, { "a = 1 b = 2", 1, 7 }, { "a = 1, b = 2", 1, 6 }, { "é = 1", 1, 1 }, { "aé = 1", 1, 2 },
        { "a! = 1", 1, 2 }, { ".a = 1", 1, 1 }, { "a. = 1", 1, 4 }, { "a..b = 1", 1, 3 }, { "a.\nb = 1", 1, 3 }, { "\"a = 1", 1, 1 }, { "'a\n' = 1", 1, 1 }, { "\"\"\"a\"\"\" = 1", 1, 1 },
        { "'''a''' = 1", 1, 1 }, { "\"a\"b = 1", 1, 4 }, { "a'b' = 1", 1, 2 }, { "\"\\x\" = 1", 1, 2 }, { "\"\u0001\" = 1", 1, 2 }, { "a = 1\n\u0000", 2, 1 }, { "{}", 1, 1 }, { "1", 1, 2 },
        { "# \u0000", 1, 3 }, { "# ok\n# \u007f", 2, 3 }, { "# a\rb", 1, 4 }, { "a = 1\rb = 2", 1, 6 }, { "\ra = 1", 1, 1 }, { "a\r = 1", 1, 2 }, { "\u000c", 1, 1 }, { "\u00a0a = 1", 1, 1 },
        { "a = 1 \uFEFF", 1, 7 }, { "\uFEFF\uFEFFa = 1", 1, 1 }, { "a: 1", 1, 2 }, { "a := 1", 1, 3 }, { "a == 1", 1, 4 }, { "; comment", 1, 1 }, { "// comment", 1, 1 }, { "+a = 1", 1, 1 },
    };

    public static TheoryData<string, int, int> Headers => new()
    {
        { "[", 1, 2 }, { "[]", 1, 2 }, { "[a", 1, 3 }, { "[a\n]", 1, 3 }, { "[\na]", 1, 2 }, { "[a]b", 1, 4 }, { "[a] b = 1", 1, 5 }, { "[a] [b]", 1, 5 }, { "[a]]", 1, 4 }, { "[.a]", 1, 2 },
        { "[a.]", 1, 4 }, { "[a..b]", 1, 4 }, { "[a b]", 1, 4 }, { "[a#]", 1, 3 }, { "[a # c\n]", 1, 4 }, { "[é]", 1, 2 }, { "[a=1]", 1, 3 }, { "[\"a]", 1, 2 }, { "[\"\"\"a\"\"\"]", 1, 2 }, { "[a,b]", 1, 3 },
        { "[[", 1, 3 }, { "[[]]", 1, 3 }, { "[[a]", 1, 4 }, { "[[a] ]", 1, 4 }, { "[ [a]]", 1, 3 }, { "[[a\n]]", 1, 4 }, { "[[a]]]", 1, 6 }, { "[[a]] b", 1, 7 }, { "[[a.]]", 1, 5 }, { "[a]\r[b]", 1, 4 },
    };

    public static TheoryData<string, int, int> Redefinitions => new()
    {
        // keys
        { "a=1\na=2", 2, 1 }, { "a=1\n\"a\"=2", 2, 1 }, { "a=1\n'a'=2", 2, 1 }, { "a=1\n\"\\u0061\"=2", 2, 1 }, { "''=1\n\"\"=2", 2, 1 }, { "[x]\na=1\nb=2\na=3", 4, 1 },
        { "a=1\na.b=2", 2, 1 }, { "a.b=1\na=2", 2, 1 }, { "a.b=1\na.b=2", 2, 3 }, { "a.b=1\na.b.c=2", 2, 3 }, { "a.b.c=1\na.b=2", 2, 3 }, { "a='x'\na.b=2", 2, 1 }, { "a=[1]\na.b=2", 2, 1 },
        // headers after headers
        { "[a]\n[a]", 2, 2 }, { "[a]\n[b]\n[a]", 3, 2 }, { "[a.b]\n[a.b]", 2, 4 }, { "[a]\n[a.b]\n[a]", 3, 2 }, { "[a.b]\n[a]\n[a]", 3, 2 }, { "[a]\n['a']", 2, 2 }, { "[a]\n[\"\\u0061\"]", 2, 2 },
        { "[a.b.c]\n[a.b]\n[a.b]", 3, 4 },
        // headers after values
        { "a=1\n[a]", 2, 2 }, { "a=1\n[a.b]", 2, 2 }, { "[a]\nb=1\n[a.b]", 3, 4 }, { "[a]\nb=1\n[a.b.c]", 3, 4 }, { "a=[]\n[a]", 2, 2 }, { "a=[]\n[a.b]", 2, 2 }, { "a=1979-05-27\n[a]", 2, 2 },
        // inline tables are closed
        { "a={}\n[a]", 2, 2 }, { "a={}\n[a.b]", 2, 2 }, { "a={b=1}\na.c=2", 2, 1 }, { "a={b={}}\n[a.b]", 2, 2 }, { "[x]\na={}\n[x.a]", 3, 4 }, { "[x]\na={b.c=1}\n[x.a.b]", 3, 4 }, { "a={b={}}\na.b.c=1", 2, 1 },
        { "a={}\n[[a]]", 2, 3 }, { "a={}\n[[a.b]]", 2, 3 }, { "a={}\na={}", 2, 1 }, { "x.a={}\nx.a.b=1", 2, 3 },
        // dotted keys make tables that no header may name
        { "a.b=1\n[a]", 2, 2 }, { "[x]\na.b=1\n[x.a]", 3, 4 }, { "[x]\na.b.c=1\n[x.a.b]", 3, 6 }, { "a.b.c=1\n[a.b]", 2, 4 }, { "a.b=1\n[[a]]", 2, 3 }, { "a.b.c=1\n[[a.b]]", 2, 5 },
        // and do not reach into tables that headers made
        { "[a.b]\n[a]\nb.c=1", 3, 1 }, { "[a.b.c]\n[a]\nb.c.d=1", 3, 1 }, { "[a.b.c]\n[a]\nb.d=1", 3, 1 }, { "[[a.b]]\n[a]\nb.c=1", 3, 1 }, { "[a.b]\n[a]\nb=1", 3, 1 },
        // arrays of tables
        { "[a]\n[[a]]", 2, 3 }, { "[[a]]\n[a]", 2, 2 }, { "a=[]\n[[a]]", 2, 3 }, { "a=[{}]\n[[a]]", 2, 3 }, { "a=[{}]\n[a.b]", 2, 2 }, { "a=[{b=1}]\n[[a.b]]", 2, 3 }, { "[[a]]\nb=1\n[[a.b]]", 3, 5 },
        { "[[a]]\n[a.b]\n[[a.b]]", 3, 5 }, { "[[a]]\n[[a.b]]\n[a.b]", 3, 4 }, { "[[a]]\nb=[1]\n[[a.b]]", 3, 5 }, { "a=1\n[[a]]", 2, 3 }, { "[a.b]\n[[a]]", 2, 3 }, { "[[a.b]]\n[[a]]", 2, 3 }, { "[[a]]\nb=1\nb=2", 3, 1 },
        { "[[a]]\n[a.b]\n[a.b]", 3, 4 }, { "[[a]]\nb.c=1\n[a.b]", 3, 4 },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    [MemberData(nameof(Headers))]
    [MemberData(nameof(Redefinitions))]
    public void A_document_is_refused_where_it_goes_wrong(string toml, int line, int column)
    {
        var error = Assert.Throws<TomlException>(() => TomlReader.Read(toml, "t.toml"));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Equal($"t.toml:{line}:{column}: {error.Problem}", error.Message);
        Assert.Equal("t.toml", error.FileName);
    }

    [Theory]
    [InlineData("a=1\nb=2\na=3", "a is defined a second time (first in line 1): keep one of the two.")]
    [InlineData("[s]\n'x y'=1\n\"x y\"=3", "\"x y\" is defined a second time (first in line 2): keep one of the two.")]
    [InlineData("a={}\n[a.b]", "a is already an inline table (line 1), and no header can add to it: write its keys where it is defined.")]
    [InlineData("[a.b]\n[a]\nb.c=1", "b is already a table (line 1), and a dotted key cannot add to it: write its keys where it is defined.")]
    [InlineData("k = 10GB", "This is not a number: digits with single _ between them and no leading zeros (42, 1_000, 0xff, 0o17, 0b11, 3.5, 1e9, inf, nan); text needs quotes.")]
    [InlineData("k = eth0", "This is not a value: text needs quotes (\"...\"), and true and false are lower case.")]
    [InlineData("k = \"C:\\data\"", @"Unknown escape: write \\ for a backslash, or use a '...' string, which has no escapes (known are \b \t \n \f \r \"" \\ \uXXXX \UXXXXXXXX).")]
    public void A_message_says_what_to_do(string toml, string expected) =>
        Assert.Equal(expected, Assert.Throws<TomlException>(() => TomlReader.Read(toml, "t.toml")).Problem);

    [Fact]
    public void A_key_in_a_message_is_on_one_line_and_short()
    {
        var error = Assert.Throws<TomlException>(() => TomlReader.Read($"\"\\u001b[31m\\n\"=1\n\"\\u001b[31m\\n\"=2", "t"));
        Assert.Equal(@"""\u001B[31m\n"" is defined a second time (first in line 1): keep one of the two.", error.Problem);
        var name = new string('x', 10_000);
        error = Assert.Throws<TomlException>(() => TomlReader.Read($"{name}=1\n{name}=2", "t"));
        Assert.InRange(error.Message.Length, 64, 200);
    }
}
