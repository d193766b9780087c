namespace HmacFileServer.Core.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Options">The options in force. Where there are errors: defaults in the place of what could not be read.</param>
/// <param name="Errors">Everything that must be put right before a start, in the order of the file.</param>
/// <param name="Warnings">What was ignored or is doubtful.</param>
/// <param name="Origins">For every option that was set, by its full name, where from. What is missing is a default.</param>
public sealed record ConfigurationResult(
    HmacFileServerOptions Options,
    IReadOnlyList<ConfigurationMessage> Errors,
    IReadOnlyList<ConfigurationMessage> Warnings,
    IReadOnlyDictionary<string, OptionOrigin> Origins)
{
    /// <summary>True if the options may be used.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Where the value of an option comes from.</summary>
    /// <param name="key">The option's full name, `server.listen_address`.</param>
    public OptionOrigin OriginOf(string key) => Origins.GetValueOrDefault(key, OptionOrigin.Default);
}
