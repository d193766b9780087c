using System.Text;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>Input that is meant to exhaust the reader: deep, long, or both. Each has megabytes; a quadratic reader would need hours.</summary>
public sealed class TomlLimitsTests
{
    private const int Many = 1_000_000;

    public static TheoryData<string, string> TooDeep => new()
    {
        { "arrays", "a=" + new string('[', Many) },
        { "inline tables", "a=" + string.Concat(Enumerable.Repeat("{a=", Many)) },
        { "both", "a=" + string.Concat(Enumerable.Repeat("[{a=", Many)) },
        { "dotted key", string.Concat(Enumerable.Repeat("a.", Many)) + "a=1" },
        { "header", "[" + string.Concat(Enumerable.Repeat("a.", Many)) + "a]" },
        { "header of an array", "[[" + string.Concat(Enumerable.Repeat("a.", Many)) + "a]]" },
        { "dotted keys inside one another", "a=" + string.Concat(Enumerable.Repeat("{a.a.a.a.a=", Many)) },
    };

    public static TheoryData<string, string> Long => new()
    {
        { "keys", Lines(i => $"k{i}=1") },
        { "tables", Lines(i => $"[t{i}]") },
        { "array of tables", Lines(_ => "[[t]]") },
        { "one line of numbers", "a=[" + string.Concat(Enumerable.Repeat("1,", Many)) + "]" },
        { "one line of keys", "a={" + string.Join(',', Enumerable.Range(0, Many / 4).Select(i => $"k{i}=1")) + "}" },
        { "one line of strings", "a=[" + string.Concat(Enumerable.Repeat("'é',", Many / 2)) + "]" },
        { "escapes", "a=\"" + string.Concat(Enumerable.Repeat("\\n\\u00e9", Many / 4)) + "\"" },
        { "multi-line string", "a=\"\"\"" + string.Concat(Enumerable.Repeat("x\"\" \\\n  ", Many / 4)) + "\"\"\"" },
        { "quotes in a multi-line string", "a='''" + string.Concat(Enumerable.Repeat("'' ", Many / 2)) + "'''" },
        { "comments and blank lines", string.Concat(Enumerable.Repeat("#\n\r\n \t\n", Many / 4)) },
        { "blanks", new string(' ', Many) },
        { "a float", "a=0." + new string('1', Many) },
        { "dotted keys into one table", Lines(i => $"a.b.c.d.k{i}=1") },
        { "headers below one another", Lines(i => $"[a.b.c.d.k{i}]") },
    };

    [Theory]
    [MemberData(nameof(TooDeep))]
    public void Depth_is_refused_before_the_stack_ends(string what, string toml)
    {
        var error = Assert.Throws<TomlException>(() => TomlReader.Read(toml, "t"));
        Assert.Contains("nested too deeply", error.Message, StringComparison.Ordinal);
        Assert.True(error.Column < 2000, $"{what}: refused only in column {error.Column}");
    }

    [Theory]
    [MemberData(nameof(Long))]
    public void Time_is_linear(string what, string toml)
    {
        var started = TimeProvider.System.GetTimestamp();
        TomlReader.Read(toml, "t");
        var taken = TimeProvider.System.GetElapsedTime(started);
        Assert.True(taken < TimeSpan.FromSeconds(30), $"{what}: {taken.TotalSeconds:F1} s for {toml.Length} characters");
    }

    [Theory]
    [InlineData("a=[", "]", "")]
    [InlineData("a=", "}", "{a=")]
    public void Nesting_up_to_the_limit_reads(string open, string close, string inner)
    {
        var levels = 127;
        var text = new StringBuilder(open);
        if (inner.Length == 0)
            text.Append('[', levels).Append(']', levels).Append(close);
        else
            text.Insert(text.Length, inner, levels).Append('1').Insert(text.Length, close, levels);
        Assert.NotNull(TomlReader.Read(text.ToString(), "t"));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("1_")]
    public void An_integer_of_a_megabyte_is_out_of_range(string digits) =>
        Assert.Throws<TomlException>(() => TomlReader.Read($"a={string.Concat(Enumerable.Repeat(digits, Many))}9", "t"));

    private static string Lines(Func<int, string> line) => string.Join('\n', Enumerable.Range(0, Many / 8).Select(line));
}
