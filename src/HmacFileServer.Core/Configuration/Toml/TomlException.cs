namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>
/// A document that is not TOML 1.0. The message starts with `file:line:column` and says what to do. It quotes keys, but
/// never the text of a value: what was mistyped may be a secret.
/// </summary>
public sealed class TomlException : FormatException
{
    internal TomlException(string fileName, TomlPosition position, string problem)
        : base($"{fileName}:{position.Line}:{position.Column}: {problem}")
    {
        FileName = fileName;
        Position = position;
        Problem = problem;
    }

    /// <summary>The name that the caller gave for the text.</summary>
    public string FileName { get; }

    /// <summary>Where reading stopped.</summary>
    public TomlPosition Position { get; }

    /// <summary>What is wrong and what to do, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line, 1-based.</summary>
    public int Line => Position.Line;

    /// <summary>The column, 1-based.</summary>
    public int Column => Position.Column;
}
