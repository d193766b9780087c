namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>A place in a document, as editors count it.</summary>
/// <param name="Line">1 for the first line.</param>
/// <param name="Column">1 for the first character of a line; one Unicode scalar value is one column.</param>
public readonly record struct TomlPosition(int Line, int Column);
