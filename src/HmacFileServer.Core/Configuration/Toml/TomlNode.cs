namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>One value of a document, and where it stands.</summary>
public abstract class TomlNode
{
    private protected TomlNode(TomlPosition position) => Position = position;

    /// <summary>The value's first character; for a table made by a header, the header's first key.</summary>
    public TomlPosition Position { get; }

    /// <summary>What a person calls this kind of value: `a string`, `a table`.</summary>
    public abstract string KindName { get; }
}

/// <summary>A string of any of the four kinds, escapes resolved.</summary>
public sealed class TomlString(TomlPosition position, string value) : TomlNode(position)
{
    public string Value { get; } = value;

    public override string KindName => "a string";
}

/// <summary>An integer, decimal, hexadecimal, octal or binary.</summary>
public sealed class TomlInteger(TomlPosition position, long value) : TomlNode(position)
{
    public long Value { get; } = value;

    public override string KindName => "an integer";
}

/// <summary>A float (IEEE 754 binary64), infinities and not-a-number included.</summary>
public sealed class TomlFloat(TomlPosition position, double value) : TomlNode(position)
{
    public double Value { get; } = value;

    public override string KindName => "a float";
}

/// <summary>`true` or `false`.</summary>
public sealed class TomlBoolean(TomlPosition position, bool value) : TomlNode(position)
{
    public bool Value { get; } = value;

    public override string KindName => "a boolean";
}
