using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>Every kind of value that TOML 1.0 allows, one line a case: what is written, and what it means.</summary>
public sealed class TomlScalarTests
{
    public static TheoryData<string, string> Strings => new()
    {
        { "\"\"", "\"\"" },
        { "''", "\"\"" },
        { "\"plain\"", "\"plain\"" },
        { "\"très cool é ☃ \U0001F600\"", "\"très cool é ☃ \U0001F600\"" },
        { """ "a\tb\nc\rd\be\ff" """, """ "a\tb\nc\rd\u0008e\u000Cf" """ },
        { """ "quote \" and backslash \\" """, """ "quote \" and backslash \\" """ },
        { """ "\u00e9\u00E9" """, "\"éé\"" },
        { """ "\U0001F600\U0000000a" """, "\"\U0001F600\\n\"" },
        { """ "\u0000\u007f" """, """ "\u0000\u007F" """ },
        { """ "\uD7FF\uE000\U0010FFFF" """, "\"\uD7FF\uE000\U0010FFFF\"" },
        { "\"tab\there\"", """ "tab\there" """ },
        { "\"# no comment\"", "\"# no comment\"" },
        { "\"it's\"", "\"it's\"" },
        { @"'C:\Users\node'", @"""C:\\Users\\node""" },
        { "'say \"hi\"'", """ "say \"hi\"" """ },
        { "'tab\there'", """ "tab\there" """ },
        { "\"\"\"\"\"\"", "\"\"" },
        { "''''''", "\"\"" },
        { "\"\"\"\nfirst line end is layout\"\"\"", "\"first line end is layout\"" },
        { "\"\"\"\r\nCRLF too\"\"\"", "\"CRLF too\"" },
        { "\"\"\"\n\nonly the first\n\"\"\"", "\"\\nonly the first\\n\"" },
        { "'''\nliteral\nlines\\n'''", "\"literal\\nlines\\\\n\"" },
        { "'''\r\na\r\nb'''", "\"a\\r\\nb\"" },
        { "\"\"\"one \" and two \"\" inside\"\"\"", "\"one \\\" and two \\\"\\\" inside\"" },
        { "\"\"\"\"quoted\"\"\"\"", "\"\\\"quoted\\\"\"" },
        { "\"\"\"\"\"two\"\"\"\"\"", "\"\\\"\\\"two\\\"\\\"\"" },
        { "''''quoted''''", "\"'quoted'\"" },
        { "'''''two'''''", "\"''two''\"" },
        { "'''no \\ escape \"\"\" here'''", "\"no \\\\ escape \\\"\\\"\\\" here\"" },
        { "\"\"\"three escaped: \\\"\\\"\\\" end\"\"\"", "\"three escaped: \\\"\\\"\\\" end\"" },
        { "\"\"\"joined \\\n   words\"\"\"", "\"joined words\"" },
        { "\"\"\"joined \\   \n\n \t \r\n   words\"\"\"", "\"joined words\"" },
        { "\"\"\"\\\n  start\\\n  \"\"\"", "\"start\"" },
        { "\"\"\"\\\n\"\"\"", "\"\"" },
        { "\"\"\"a\\\\\nb\"\"\"", "\"a\\\\\\nb\"" },
        { "\"\"\"\\u00e9\\n\"\"\"", "\"é\\n\"" },
    };

    public static TheoryData<string, string> Integers => new()
    {
        { "0", "0" }, { "+0", "0" }, { "-0", "0" }, { "42", "42" }, { "+99", "99" }, { "-17", "-17" }, { "1_000", "1000" },
        { "5_349_221", "5349221" }, { "1_2_3_4_5", "12345" }, { "-1_0", "-10" },
        { "9223372036854775807", "9223372036854775807" }, { "-9223372036854775808", "-9223372036854775808" },
        { "0x0", "0" }, { "0xDEADBEEF", "3735928559" }, { "0xdeadbeef", "3735928559" }, { "0xdead_beef", "3735928559" },
        { "0x00ff", "255" }, { "0x7fffffffffffffff", "9223372036854775807" }, { "0x00000000000000000001", "1" },
        { "0o01234567", "342391" }, { "0o755", "493" }, { "0o777777777777777777777", "9223372036854775807" },
        { "0b0", "0" }, { "0b11010110", "214" }, { "0b1_0", "2" }, { "0b" + new string('1', 63), "9223372036854775807" },
    };

    public static TheoryData<string, string> Floats => new()
    {
        { "1.0", "1.0" }, { "+1.0", "1.0" }, { "3.1415", "3.1415" }, { "-0.01", "-0.01" }, { "5e+22", "5E+22" }, { "1e06", "1000000.0" },
        { "1E6", "1000000.0" }, { "-2E-2", "-0.02" }, { "6.626e-34", "6.626E-34" }, { "224_617.445_991_228", "224617.445991228" },
        { "1_0e1_0", "100000000000.0" }, { "0.0", "0.0" }, { "-0.0", "-0.0" }, { "+0.0", "0.0" }, { "0e0", "0.0" }, { "0e1", "0.0" },
        { "1e-400", "0.0" }, { "inf", "+inf" }, { "+inf", "+inf" }, { "-inf", "-inf" }, { "nan", "nan" }, { "+nan", "nan" }, { "-nan", "nan" },
        { "1.7976931348623157e308", "1.7976931348623157E+308" }, { "3.000", "3.0" }, { "9_223_372_036_854_775_808.0", "9.223372036854776E+18" },
    };

    public static TheoryData<string, string> Others => new()
    {
        { "true", "true" }, { "false", "false" },
        { "1979-05-27T07:32:00Z", "1979-05-27T07:32:00.000000000+0m" },
        { "1979-05-27t07:32:00z", "1979-05-27T07:32:00.000000000+0m" },
        { "1979-05-27 07:32:00Z", "1979-05-27T07:32:00.000000000+0m" },
        { "1979-05-27T00:32:00-07:00", "1979-05-27T00:32:00.000000000-420m" },
        { "1979-05-27T00:32:00.999999+05:30", "1979-05-27T00:32:00.999999000+330m" },
        { "1979-05-27T00:32:00+00:00", "1979-05-27T00:32:00.000000000+0m" },
        { "1979-05-27T00:32:00-23:59", "1979-05-27T00:32:00.000000000-1439m" },
        { "1979-05-27T07:32:00", "1979-05-27T07:32:00.000000000" },
        { "1979-05-27 00:32:00.5", "1979-05-27T00:32:00.500000000" },
        { "1979-05-27T00:32:00.123456789987", "1979-05-27T00:32:00.123456789" },
        { "1979-05-27", "1979-05-27" },
        { "1979-05-27 # a date, then a comment", "1979-05-27" },
        { "2000-02-29", "2000-02-29" }, { "0000-02-29", "0000-02-29" }, { "9999-12-31", "9999-12-31" },
        { "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00.000000000+1439m" },
        { "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.000000000+0m" },
        { "07:32:00", "T07:32:00.000000000" }, { "00:32:00.999999", "T00:32:00.999999000" }, { "23:59:59", "T23:59:59.000000000" },
        { "[]", "[]" }, { "[ ]", "[]" }, { "[\n]", "[]" }, { "[1]", "[1]" }, { "[1,]", "[1]" }, { "[1,2,3]", "[1 2 3]" }, { "[ 1 , 2 , ]", "[1 2]" },
        { "[1, 'two', 3.0, true, 1979-05-27]", "[1 \"two\" 3.0 true 1979-05-27]" },
        { "[[1, 2], ['a'], []]", "[[1 2] [\"a\"] []]" },
        { "[ # comment ]\n 1, # one\n\n 2 # two\n , # end\n]", "[1 2]" },
        { "[{a=1}, {b.c=2}]", "[{a=1} {b={c=2}}]" },
        { "[\r\n1,\r\n2\r\n]", "[1 2]" },
        { "[1979-05-27 07:32:00,1979-05-27,07:32:00]", "[1979-05-27T07:32:00.000000000 1979-05-27 T07:32:00.000000000]" },
        { "{}", "{}" }, { "{ }", "{}" }, { "{a=1}", "{a=1}" }, { "{ a = 1 , b = 2 }", "{a=1 b=2}" }, { "{a.b=1, a.c=2}", "{a={b=1 c=2}}" },
        { "{\"x y\"=1,'z'=2}", "{\"x y\"=1 z=2}" }, { "{a={b={c=1}}}", "{a={b={c=1}}}" }, { "{a=[\n1,\n2\n]}", "{a=[1 2]}" },
        { "{a=\"\"\"\nx\ny\"\"\"}", "{a=\"x\\ny\"}" }, { "{true=true}", "{true=true}" },
    };

    [Theory]
    [MemberData(nameof(Strings))]
    [MemberData(nameof(Integers))]
    [MemberData(nameof(Floats))]
    [MemberData(nameof(Others))]
    public void A_value_means(string written, string expected)
    {
        Assert.Equal($"{{k={expected.Trim()}}}", TomlPrint.Print($"k = {written}"));
        Assert.Equal($"{{k={expected.Trim()} l=1}}", TomlPrint.Print($"k={written}\t # comment\r\nl=1"));
        Assert.Equal($"{{k=[{expected.Trim()} {expected.Trim()}]}}", TomlPrint.Print($"k=[{written}\n,\n{written}\n]"));
        if (!written.Contains('#', StringComparison.Ordinal) || written[0] is '"' or '[')
            Assert.Equal($"{{k={{l={expected.Trim()} m=1}}}}", TomlPrint.Print($"k={{l={written}, m=1}}"));
    }

    [Fact]
    public void Kinds_have_names_for_messages()
    {
        var root = TomlReader.Read("a=1\nb=1.0\nc=true\nd='x'\ne=[]\nf={}\ng=1979-05-27\nh=07:32:00\ni=1979-05-27T07:32:00\nj=1979-05-27T07:32:00Z\n[k]\n[[l]]", "t").Root;
        Assert.Equal(
            ["an integer", "a float", "a boolean", "a string", "an array", "an inline table", "a local date", "a local time",
                "a local date-time", "an offset date-time", "a table", "an array of tables"],
            root.Entries.Select(e => e.Value.KindName));
    }
}
