namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>A document that was read.</summary>
/// <param name="FileName">The name that the caller gave for the text.</param>
/// <param name="Root">The top-level table.</param>
public sealed record TomlDocument(string FileName, TomlTable Root);
