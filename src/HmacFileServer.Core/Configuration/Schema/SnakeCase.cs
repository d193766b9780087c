using System.Text;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Names of C# as the configuration has them: `MaxUploadSize` is `max_upload_size`.</summary>
internal static class SnakeCase
{
    public static string Of(string name)
    {
        var result = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && result.Length > 0)
                result.Append('_');
            result.Append(char.ToLowerInvariant(c));
        }
        return result.ToString();
    }
}
