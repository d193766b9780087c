using System.Text;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Reads secrets; what it says never quotes them.</summary>
internal static class SecretText
{
    /// <summary>Fragments of the values that example configurations have in the place of a secret.</summary>
    private static readonly string[] Examples = ["change-this", "change_this", "changeme", "change-me", "change_me", "your-secret", "your_secret", "your-hmac", "your-very-secret", "replace-me"];

    public static Secret? Read(string text, OptionProblems problems)
    {
        byte[] bytes;
        try
        {
            bytes = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            problems.Refuse("this secret is not Unicode text: write letters, digits and signs.");
            return null;
        }
        if (bytes.Length < Secret.MinimumLength)
        {
            problems.Refuse(bytes.Length == 0
                ? "the secret is empty: remove the key, and a random secret is made and kept; or write at least 8 bytes."
                : "this secret is too short: write at least 8 bytes, better 32 random ones.");
            return null;
        }
        if (Examples.Any(example => text.Contains(example, StringComparison.OrdinalIgnoreCase)))
            problems.Warn("this secret looks like that of an example configuration, which everybody knows: replace it by 32 random bytes.");
        else if (text.Trim() != text)
            problems.Warn("this secret begins or ends with white space, which belongs to it: remove it unless the XMPP server has it, too.");
        return new Secret(bytes);
    }
}
