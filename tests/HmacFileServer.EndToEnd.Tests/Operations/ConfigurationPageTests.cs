using System.Text;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>docs/operators/configuration.md has every option as the program knows it. HFS_UPDATE_DOCS=1 writes its table anew.</summary>
public sealed class ConfigurationPageTests
{
    private const string Begin = "<!-- the options, as the program has them -->\n";

    [Fact]
    public void Every_option_is_there_with_its_default_and_meaning()
    {
        var page = Path.Combine(OperatorSnippet.Folder, "configuration.md");
        var text = File.ReadAllText(page);
        var written = text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + Table();
        if (Environment.GetEnvironmentVariable("HFS_UPDATE_DOCS") == "1")
            File.WriteAllText(page, written);
        Assert.Equal(written, File.ReadAllText(page));
    }

    private static string Table()
    {
        var text = new StringBuilder();
        var section = "";
        foreach (var option in ConfigurationReport.Options)
        {
            var dot = option.Key.LastIndexOf('.');
            if (option.Key[..dot] != section)
            {
                section = option.Key[..dot];
                text.Append($"\n## [{section}]\n\n| key | default | meaning |\n|---|---|---|\n");
            }
            text.Append($"| `{option.Key[(dot + 1)..]}` | {(option.Default.Length > 0 ? $"`{option.Default}`" : "none")} | {option.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return text.ToString();
    }
}
