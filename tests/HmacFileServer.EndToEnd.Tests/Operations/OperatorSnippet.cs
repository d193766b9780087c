using System.Text;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>A block of configuration as docs/operators shows it, for tests to run with their own names in the place of the example's.</summary>
internal sealed record OperatorSnippet(string Text)
{
    public static OperatorSnippet Prosody => Read("prosody.md", "lua");

    public static OperatorSnippet ProsodyFileShare => Read("prosody.md", "lua", 1);

    public static OperatorSnippet Ejabberd => Read("ejabberd.md", "yaml");

    public static OperatorSnippet Nginx => Read("nginx.md", "nginx");

    public static OperatorSnippet Caddy => Read("caddy.md", "caddyfile");

    /// <summary>The folder of the documents.</summary>
    public static string Folder
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root!.FullName, "HmacFileServer.slnx")))
                root = root.Parent;
            return Path.Combine(root.FullName, "docs", "operators");
        }
    }

    /// <summary>A block of a language in a document; the first one has the index 0.</summary>
    public static OperatorSnippet Read(string document, string language, int index = 0)
    {
        var text = new StringBuilder();
        using var lines = File.ReadLines(Path.Combine(Folder, document)).GetEnumerator();
        while (lines.MoveNext() && (lines.Current != $"```{language}" || index-- > 0))
        {
            // up to the block
        }
        while (lines.MoveNext() && lines.Current != "```")
            text.Append(lines.Current).Append('\n');
        Assert.True(text.Length > 0, $"{document} has no block of {language}");
        return new OperatorSnippet(text.ToString());
    }

    /// <summary>With other text in the place of the example's; fails if the example does not have it.</summary>
    public OperatorSnippet With(string example, string actual)
    {
        Assert.Contains(example, Text, StringComparison.Ordinal);
        return new OperatorSnippet(Text.Replace(example, actual, StringComparison.Ordinal));
    }

    public override string ToString() => Text;
}
