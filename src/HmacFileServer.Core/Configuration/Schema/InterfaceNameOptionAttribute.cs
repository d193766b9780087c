namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>The name of one interface, or none.</summary>
internal sealed class InterfaceNameOptionAttribute : TextOptionAttribute
{
    public InterfaceNameOptionAttribute(string description)
        : base(description) => Optional = true;

    protected override string Expectation => "the name of an interface, like \"eth0\", or \"\" for none";

    /// <summary>Names of other systems have spaces; no system has a slash or a colon in them.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 255 && !text.Any(char.IsControl) && !text.AsSpan().ContainsAny('/', ':', ',') && text.Trim() == text;

    protected override bool TryRead(string text, out object? value)
    {
        value = text;
        return IsName(text);
    }
}
