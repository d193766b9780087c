using HmacFileServer.Lab.Recordings;

namespace HmacFileServer.EndToEnd.Tests.Lab;

public sealed class TerminalScreenTests
{
    [Theory]
    [InlineData("one\r\ntwo", "one\ntwo")]
    [InlineData("12 %\r34 %", "34 %")]
    [InlineData("long line\r\e[Kshort", "short")]
    [InlineData("a\r\nb\r\nc\e[2A\r\e[2Kx", "x\nb\nc")]
    [InlineData("a\r\nb\r\nc\e[2A\r\e[Jx", "x")]
    [InlineData("\e[33myellow\e[0m \e[?25lhidden cursor", "yellow hidden cursor")]
    [InlineData("\e]0;title\aafter", "after")]
    [InlineData("ab\e[5Gf", "ab  f")]
    public void What_is_seen_of_what_was_written(string written, string seen)
    {
        var screen = new TerminalScreen();
        foreach (var character in written) // in the smallest pieces
            screen.Write([character]);
        Assert.Equal(seen, screen.Text);
    }
}
