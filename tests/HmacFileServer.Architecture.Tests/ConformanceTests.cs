using System.Text.RegularExpressions;

namespace HmacFileServer.Architecture.Tests;

/// <summary>docs/conformance.md and the tests say the same: each requirement there has a test, and each number on a test is a requirement.</summary>
public sealed partial class ConformanceTests
{
    [GeneratedRegex(@"^\| ([A-Z]\d+(\.\d+)?) \|", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    [GeneratedRegex("""\[Trait\("Requirement", "([^"]+)"\)\]""")]
    private static partial Regex Mark { get; }

    [Fact]
    public void Every_requirement_has_a_test_and_every_number_a_requirement()
    {
        var root = RepositoryRoot.Path;
        var required = Row.Matches(File.ReadAllText(Path.Combine(root, "docs", "conformance.md"))).Select(m => m.Groups[1].Value).ToList();
        var tested = Directory.EnumerateFiles(Path.Combine(root, "tests", "HmacFileServer.Server.Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(f => Mark.Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).ToHashSet();

        Assert.Equal(required.Count, required.Distinct().Count());
        Assert.NotEmpty(required);
        Assert.Empty(required.Except(tested));
        Assert.Empty(tested.Except(required));
    }
}
