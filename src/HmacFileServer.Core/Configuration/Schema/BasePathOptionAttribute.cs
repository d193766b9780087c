namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>
/// The path before every slot, kept with a slash at both ends. Requests are compared with it before anything is decoded,
/// so it has only characters that need no escape, and no segment that a client or proxy would take away.
/// </summary>
internal sealed class BasePathOptionAttribute(string description) : TextOptionAttribute(description)
{
    protected override string Expectation => "a path like \"/\" or \"/upload/\", of letters, digits, - _ . and ~";

    protected override bool TryRead(string text, out object? value)
    {
        value = text.EndsWith('/') ? text : text + "/";
        return text is "/" || (text.StartsWith('/') && text.Trim('/').Split('/').All(IsSegment) && !text.EndsWith("//", StringComparison.Ordinal) && !text.StartsWith("//", StringComparison.Ordinal));
    }

    private static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');
}
