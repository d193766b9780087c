using System.Text.RegularExpressions;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.CommandLine;

/// <summary>
/// What is written for eyes only: the live view and its colours are for terminals, and NO_COLOR (no-color.org) takes the colours away. The upload goes to a server
/// that must be begun with again after a cut, since that is a line in colour.
/// </summary>
public sealed partial class TerminalTests : IDisposable
{
    private const int Length = 6_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public TerminalTests() => File.WriteAllBytes(_folder["f"], new byte[Length]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_terminal_has_a_live_view_in_colour()
    {
        var said = await PutAsync(terminal: true, noColor: null);
        Assert.Contains("begun again 1 times: this server cannot go on", said, StringComparison.Ordinal);
        Assert.Matches(Colour(), said);
    }

    [Fact]
    public async Task NO_COLOR_leaves_the_view_and_takes_the_colours()
    {
        var said = await PutAsync(terminal: true, noColor: "1");
        Assert.Contains("begun again 1 times: this server cannot go on", said, StringComparison.Ordinal);
        Assert.DoesNotMatch(Colour(), said);
    }

    /// <summary>no-color.org: an empty NO_COLOR is none.</summary>
    [Fact]
    public async Task An_empty_NO_COLOR_takes_nothing() => Assert.Matches(Colour(), await PutAsync(terminal: true, noColor: ""));

    [Fact]
    public async Task What_is_no_terminal_gets_no_escape_sequence()
    {
        var said = await PutAsync(terminal: false, noColor: null);
        // The summary alone: where the file is, how long it took, that it was begun again.
        Assert.Contains("begun again 1 times", Assert.Single(said.TrimEnd().Split('\n')[2..]), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', said);
    }

    [Fact]
    public async Task The_list_of_interfaces_has_no_escape_sequence_where_there_is_no_terminal()
    {
        await using var process = new HfsProgram(_folder).Start("interfaces");
        Assert.Equal(0, await process.WaitForExitAsync(Limit));
        Assert.DoesNotContain('\e', process.Output);
    }

    private async Task<string> PutAsync(bool terminal, string? noColor)
    {
        const string program = "/usr/bin/script";
        Assert.SkipUnless(!terminal || File.Exists(program), "script(1) of util-linux, which makes a terminal, is not there.");
        await using var server = await DavServer.StartAsync();
        await using var relay = new CuttingRelay(server.EndPoint, Length / 2);
        // The rate is such that the view is drawn several times after the cut.
        string[] command = [HfsProgram.Path, "put", _folder["f"], new Uri(relay.Url, "slot/f.bin").AbsoluteUri, "--bwlimit", "4MB", "--protocol", "put"];
        // A terminal that nobody has sized has no columns to draw on.
        var typed = "stty cols 100 rows 30; " + string.Join(' ', command.Select(part => $"'{part}'"));
        // script(1) passes the environment on; a variable that the test itself was started with must not decide.
        var setting = noColor is null ? "unset NO_COLOR; " : $"export NO_COLOR='{noColor}'; ";
        await using var process = ChildProcess.Start("bash", ["-c", setting + (terminal ? "exec \"$0\" -q -e -c \"$1\" /dev/null" : "exec \"$@\""), .. terminal ? [program, typed] : (string[])["hfs", .. command]],
            environment: new Dictionary<string, string> { ["HFS_STATE"] = _folder["state"], ["TERM"] = "xterm-256color" });
        var code = await process.WaitForExitAsync(Limit);
        Assert.True(code == 0, process.Output);
        Assert.Equal(1, relay.CutsMade);
        return process.Output;
    }

    /// <summary>A selection of a colour (ECMA-48 §8.3.117): 30 to 37, 90 to 97, 38 and 48 with what follows.</summary>
    [GeneratedRegex("\e\\[(?:\\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\\d+)*m")]
    private static partial Regex Colour();
}
