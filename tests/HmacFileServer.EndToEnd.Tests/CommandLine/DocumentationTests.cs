using System.Text.RegularExpressions;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.CommandLine;

/// <summary>What is made of the command line's own definition knows all of it.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private static readonly string[] Commands = ["put", "get", "watch", "resume", "status", "interfaces", "completion", "man"];

    private readonly TemporaryFolder _folder = new();
    private readonly HfsProgram _hfs;

    public DocumentationTests() => _hfs = new HfsProgram(_folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Every_option_that_help_shows_is_completed(string shell)
    {
        var script = (await _hfs.RunAsync("completion", shell)).Standard;
        foreach (var command in Commands)
        {
            var help = (await _hfs.RunAsync(command, "--help")).Standard;
            var options = LongOption().Matches(help[..help.IndexOf("Examples:", StringComparison.Ordinal)]).Select(m => m.Groups[1].Value).Distinct().ToList();
            Assert.NotEmpty(options);
            Assert.All(options, o => Assert.Contains(shell == "fish" ? $" -l {o[2..]}" : o, Of(script, command, shell), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("hfs put --mo", "--mode")]
    [InlineData("hfs put --protocol i", "ietf")]
    [InlineData("hfs re", "resume")]
    [InlineData("hfs completion z", "zsh")]
    public async Task Bash_completes_what_is_typed(string typed, string expected)
    {
        var script = (await _hfs.RunAsync("completion", "bash")).Standard;
        await File.WriteAllTextAsync(_folder["script"], $"{script}\nCOMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _hfs; printf '%s ' \"${{COMPREPLY[@]}}\"");
        Assert.Contains(expected, (await ChildProcess.RunAsync("bash", ["--norc", _folder["script"]], TimeSpan.FromSeconds(20))).Split(' '));
    }

    /// <summary>`hfs man > docs/hfs.1` makes it current.</summary>
    [Fact]
    public async Task The_manual_page_in_the_repository_is_current() =>
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(HfsProgram.Root, "docs", "hfs.1")), (await _hfs.RunAsync("man")).Standard);

    [Fact]
    public async Task Wrong_usage_is_told_with_where_to_look()
    {
        var (code, output, _) = await _hfs.RunAsync("put", "--mode", "both", "a", "http://h/");
        Assert.Equal(2, code);
        Assert.Contains("hfs put --help", output, StringComparison.Ordinal);
    }

    private static string Of(string script, string command, string shell) => shell switch
    {
        "bash" => script.Split('\n').Single(l => l.TrimStart().StartsWith($"{command}) options=", StringComparison.Ordinal)),
        "zsh" => script[script.IndexOf($"        {command})\n", StringComparison.Ordinal)..],
        _ => string.Join('\n', script.Split('\n').Where(l => l.Contains($"__fish_seen_subcommand_from {command}'", StringComparison.Ordinal))),
    };

    [GeneratedRegex(@"^\s+(?:-.+, )?(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex LongOption();
}
