namespace HmacFileServer.Core.Configuration.Toml;

/// <summary>What the reader refuses although TOML itself sets no bound.</summary>
internal static class TomlLimits
{
    /// <summary>
    /// Tables and arrays inside one another. Reading is recursive, and so is whoever walks the result: with this bound a
    /// line of a million `[` is an error, not a stack overflow. Configuration needs 4.
    /// </summary>
    public const int Depth = 128;

    public const string TooDeep = "Tables and arrays are nested too deeply here (more than 128): flatten them.";
}
