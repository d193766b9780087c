namespace HmacFileServer.Core.Configuration;

/// <summary>A value from outside the file and the environment: a flag of the command line. It wins over both.</summary>
/// <param name="Source">How messages name it: `--listen`.</param>
/// <param name="Key">The option's full name: `server.listen_address`.</param>
/// <param name="Value">The value as text; lists are separated by commas.</param>
public sealed record OptionOverride(string Source, string Key, string Value);
