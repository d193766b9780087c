using System.Text.RegularExpressions;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>docs/security.md names the tests that prove it: each of them exists.</summary>
public sealed class SecurityNoteTests
{
    [Fact]
    public async Task Every_test_that_the_security_note_names_is_there()
    {
        var root = Path.Combine(OperatorSnippet.Folder, "..", "..");
        var note = await File.ReadAllTextAsync(Path.Combine(root, "docs", "security.md"));
        var named = Regex.Matches(note, "`([A-Za-z]+(?:Tests|Suite))\\.([A-Z][A-Za-z0-9_]+)`");
        Assert.InRange(named.Count, 20, 1000);
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories).ToLookup(f => Path.GetFileName(f).Split('.')[0]);
        foreach (Match name in named)
        {
            var texts = await Task.WhenAll(sources[name.Groups[1].Value].Select(f => File.ReadAllTextAsync(f)));
            Assert.True(
                texts.Any(t => Regex.IsMatch(t, $@"\[(Fact|Theory|InlineData)\b[\s\S]*?\b{name.Groups[2].Value}\(")), $"{name.Value} is not there");
        }
    }
}
